"""Who is the same donor as whom, after finance has merged them."""

from ..models import Donor


def with_duplicates(donor: Donor) -> list[int]:
    """The donor and all duplicates that were merged into them, however deep."""
    found: list[int] = []
    wanted = [donor.pk]
    while wanted:
        found += wanted
        merged = Donor.objects.filter(merged_into__in=wanted).exclude(pk__in=found)
        wanted = list(merged.values_list("pk", flat=True))
    return found


def root_of(donor: Donor) -> Donor:
    """The donor that was kept when this one was merged; else this one."""
    while donor.merged_into is not None:
        donor = donor.merged_into
    return donor
