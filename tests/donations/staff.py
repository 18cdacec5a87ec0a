"""Members of staff, and browsers in which they are signed in."""

from django.contrib.auth.models import Group
from django.test import Client
from wagtail.users.models import UserProfile

from sosbca.users.groups import GROUPS
from sosbca.users.models import User

# Who has nothing to do with money: every group but these two, a new one by itself.
OTHER_GROUPS = sorted(GROUPS.keys() - {"Finance", "Administrators"})


def member(group: str, *, language: str = "en", is_superuser: bool = False) -> User:
    """Somebody in the group, as the migration made it."""
    username = f"{group or 'super'}-{language}"
    user = User.objects.create_user(username, first_name="Filips", last_name="Finansists")
    user.is_superuser = is_superuser
    user.save()
    if group:
        user.groups.add(Group.objects.get(name=group))
    UserProfile.objects.create(user=user, preferred_language=language)
    return user


def browser(group: str, *, language: str = "en") -> Client:
    return browser_of(member(group, language=language))


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
