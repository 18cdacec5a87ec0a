"""What each group of staff may do. A migration writes it to the database; staff may refine it."""

from typing import Any, NamedTuple


class Duties(NamedTuple):
    """`permissions` are «app.codename»; the others apply to the roots of pages and collections."""

    permissions: tuple[str, ...] = ()
    page_permissions: tuple[str, ...] = ()
    collection_permissions: tuple[str, ...] = ()


# What is written once and shown on many pages.
REUSABLE = (
    ("core", "fact"),
    ("core", "glossaryterm"),
    ("core", "partner"),
    ("core", "person"),
    ("core", "testimonial"),
    ("core", "topic"),
    ("projects", "funder"),
    ("site_search", "promotion"),
)


def _all_actions(*models: tuple[str, str]) -> tuple[str, ...]:
    return tuple(
        f"{app}.{action}_{model}"
        for app, model in models
        for action in ("add", "change", "delete", "view")
    )


PUBLISHING = Duties(
    permissions=(
        "wagtailadmin.access_admin",
        "wagtail_localize.submit_translation",
        *_all_actions(*REUSABLE),
        "site_search.view_askedquery",
        "home.view_formentry",
    ),
    page_permissions=("add_page", "change_page", "publish_page"),
    # Wagtail asks for those of its own models, whatever model stands in for them.
    collection_permissions=(
        "wagtailimages.add_image",
        "wagtailimages.change_image",
        "wagtailimages.choose_image",
        "wagtaildocs.add_document",
        "wagtaildocs.change_document",
        "wagtaildocs.choose_document",
    ),
)
# Reviewers see and may mend every page; what they approve is published by the workflow.
REVIEW = Duties(
    permissions=("wagtailadmin.access_admin",),
    page_permissions=("change_page",),
    collection_permissions=("wagtailimages.choose_image", "wagtaildocs.choose_document"),
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
        "donations.view_ledgerentry",
        "donations.view_payout",
        "donations.view_reconciliation",
        "donations.repair_reconciliation",
        "donations.view_import",
        "donations.enter_donation",
        "donations.correct_receipt",
        "donations.merge_donor",
        "donations.erase_donor",
        "donations.view_pledge",
        "donations.manage_pledge",
        "donations.view_statement",
        "donations.issue_statement",
        "donations.view_statementrun",
        "donations.view_transferintention",
        "donations.view_campaign",
        "donations.add_campaign",
        "donations.change_campaign",
        "donations.view_fund",
        "donations.add_fund",
        "donations.change_fund",
    )
)
RECRUITMENT = Duties(
    permissions=(
        "wagtailadmin.access_admin",
        "fostering.view_signuplist",
        "fostering.manage_signuplist",
        "fostering.view_case",
    )
)
# Leads see the cases of all support centres, say who belongs to which, and how soon to answer.
RECRUITMENT_LEAD = Duties(
    permissions=(
        *RECRUITMENT.permissions,
        "fostering.lead_case",
        "fostering.change_recruitmentsettings",
        "fostering.view_supportcentre",
        "fostering.add_supportcentre",
        "fostering.change_supportcentre",
        *_all_actions(("fostering", "casemailtemplate")),
    )
)
ADMINISTRATION = Duties(
    permissions=(
        *PUBLISHING.permissions,
        *MONEY.permissions,
        "core.change_organisationsettings",
        "home.change_footersettings",
        "home.view_confidential_entries",
        "donations.change_donationtexts",
        *_all_actions(
            ("users", "user"),
            ("auth", "group"),
            ("wagtailcore", "locale"),
            ("wagtailcore", "site"),
            ("wagtailredirects", "redirect"),
        ),
    ),
    page_permissions=(*PUBLISHING.page_permissions, "bulk_delete_page", "lock_page", "unlock_page"),
    collection_permissions=(
        *PUBLISHING.collection_permissions,
        "wagtailimages.delete_image",
        "wagtaildocs.delete_document",
        "wagtailcore.add_collection",
        "wagtailcore.change_collection",
        "wagtailcore.delete_collection",
    ),
)

GROUPS = {
    "Communications": PUBLISHING,
    "Reviewers": REVIEW,
    "Finance": MONEY,
    "Recruitment": RECRUITMENT,
    "Recruitment leads": RECRUITMENT_LEAD,
    "Administrators": ADMINISTRATION,
}


def write_groups(apps: Any, schema_editor: Any) -> None:
    """Create the groups, with exactly these permissions, from within a migration.

    Permissions of models that later migrations make are left to those: each migration of this
    kind writes the groups again. Wagtail's own sample groups go: nobody is in them on a new site.
    """
    group_model = apps.get_model("auth", "Group")
    group_model.objects.filter(name__in=["Editors", "Moderators"], user__isnull=True).delete()
    root_page = apps.get_model("wagtailcore", "Page").objects.get(depth=1)
    root_collection = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    page_permission = apps.get_model("wagtailcore", "GroupPagePermission")
    collection_permission = apps.get_model("wagtailcore", "GroupCollectionPermission")
    for name, duties in GROUPS.items():
        group, _created = group_model.objects.get_or_create(name=name)
        group.permissions.set(
            _permission(apps, label) for label in duties.permissions if _is_known(apps, label)
        )
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


# Codenames that don't end in their model's name.
MODELS = {
    "access_admin": "admin",
    "bulk_delete_page": "page",
    "submit_translation": "translation",
    "view_confidential_entries": "formpage",
}


def _is_known(apps: Any, label: str) -> bool:
    """Whether the permission's model exists at this point of the migrations."""
    app_label, _dot, codename = label.partition(".")
    model = MODELS.get(codename, codename.partition("_")[2])
    try:
        apps.get_model(app_label, model)
    except LookupError:
        return False
    return True


def _permission(apps: Any, label: str) -> Any:
    """The permission named «app.codename». Django makes them only after all migrations, so one
    that is missing on a new database is made here; Django then fills in nothing twice."""
    app_label, codename = label.split(".")
    action, _underscore, model = codename.partition("_")
    model = MODELS.get(codename, model)
    content_type, _created = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )
    options = apps.get_model(app_label, model)._meta
    name = dict(options.permissions).get(codename) or f"Can {action} {options.verbose_name_raw}"
    permission, _created = apps.get_model("auth", "Permission").objects.get_or_create(
        codename=codename, content_type=content_type, defaults={"name": name}
    )
    return permission
