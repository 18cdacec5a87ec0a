"""What each group of staff may do. A migration writes it to the database; staff may refine it."""

from typing import Any, NamedTuple


class Duties(NamedTuple):
    """`permissions` are «app.codename»; the others apply to the roots of pages and collections."""

    permissions: tuple[str, ...] = ()
    page_permissions: tuple[str, ...] = ()
    collection_permissions: tuple[str, ...] = ()


PUBLISHING = Duties(
    permissions=("wagtailadmin.access_admin", "wagtail_localize.submit_translation"),
    page_permissions=("add_page", "change_page", "publish_page"),
    collection_permissions=(
        "core.add_customimage",
        "core.change_customimage",
        "core.choose_customimage",
        "core.add_customdocument",
        "core.change_customdocument",
        "core.choose_customdocument",
    ),
)
MONEY = Duties(
    permissions=(
        "wagtailadmin.access_admin",
        "donations.view_donation",
        "donations.refund_donation",
        "donations.view_donor",
        "donations.view_checkoutattempt",
        "donations.view_receipt",
        "donations.resend_receipt",
        "donations.view_providerevent",
        "donations.replay_providerevent",
        "donations.view_fund",
        "donations.add_fund",
        "donations.change_fund",
    )
)
RECRUITMENT = Duties(permissions=("wagtailadmin.access_admin",))
ADMINISTRATION = Duties(
    permissions=(
        *PUBLISHING.permissions,
        *MONEY.permissions,
        "core.change_organisationsettings",
        *(
            f"{model[0]}.{action}_{model[1]}"
            for model in (
                ("users", "user"),
                ("auth", "group"),
                ("wagtailcore", "collection"),
                ("wagtailcore", "locale"),
                ("wagtailcore", "site"),
                ("wagtailredirects", "redirect"),
            )
            for action in ("add", "change", "delete", "view")
        ),
    ),
    page_permissions=(*PUBLISHING.page_permissions, "bulk_delete_page", "lock_page", "unlock_page"),
    collection_permissions=(
        *PUBLISHING.collection_permissions,
        "core.delete_customimage",
        "core.delete_customdocument",
    ),
)

GROUPS = {
    "Communications": PUBLISHING,
    "Finance": MONEY,
    "Recruitment": RECRUITMENT,
    "Administrators": ADMINISTRATION,
}


def write_groups(apps: Any, schema_editor: Any) -> None:
    """Create the groups, with exactly these permissions, from within a migration.

    Wagtail's own sample groups go: nobody is in them on a new site.
    """
    group_model = apps.get_model("auth", "Group")
    group_model.objects.filter(name__in=["Editors", "Moderators"], user__isnull=True).delete()
    root_page = apps.get_model("wagtailcore", "Page").objects.get(depth=1)
    root_collection = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    page_permission = apps.get_model("wagtailcore", "GroupPagePermission")
    collection_permission = apps.get_model("wagtailcore", "GroupCollectionPermission")
    for name, duties in GROUPS.items():
        group, _created = group_model.objects.get_or_create(name=name)
        group.permissions.set(_permission(apps, label) for label in duties.permissions)
        page_permission.objects.filter(group=group).delete()
        collection_permission.objects.filter(group=group).delete()
        for codename in duties.page_permissions:
            page_permission.objects.create(
                group=group, page=root_page, permission=_permission(apps, f"wagtailcore.{codename}")
            )
        for label in duties.collection_permissions:
            collection_permission.objects.create(
                group=group, collection=root_collection, permission=_permission(apps, label)
            )


def _permission(apps: Any, label: str) -> Any:
    """The permission named «app.codename». Django makes them only after all migrations, so one
    that is missing on a new database is made here; Django then fills in nothing twice."""
    app_label, codename = label.split(".")
    model = codename if codename == "access_admin" else codename.partition("_")[2]
    special = {"access_admin": "admin", "submit_translation": "translation"}
    content_type, _created = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=special.get(codename, model)
    )
    permission, _created = apps.get_model("auth", "Permission").objects.get_or_create(
        codename=codename,
        content_type=content_type,
        defaults={"name": f"Can {codename.replace('_', ' ')}"},
    )
    return permission
