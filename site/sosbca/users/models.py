"""The staff's accounts. Donors have no account here."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):  # type: ignore[django-manager-missing]
    """A member of staff. Ours from the first migration, so that it can grow without surgery."""
