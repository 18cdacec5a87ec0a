"""Pages of long listings."""

from typing import Any, Final

from django.core.paginator import Page
from django.db.models import QuerySet
from wagtail.admin.paginator import WagtailPaginator

# So many keys are read at once.
WHOLE: Final = 10_000


class KeyPaginator(WagtailPaginator):
    """Pages whose cost does not grow with what is joined to a row, and hardly with their number.

    First the keys of a page are looked up, counted from the nearer end of the list, then `rows`
    with these keys are read. `rows` is the listing without filters and search, which have done
    their work by then.
    """

    def __init__(self, *args: Any, rows: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows

    def page(self, number: Any) -> Page[Any]:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        last = min(first + self.per_page, self.count)
        order: Any = self.object_list
        if self.count <= WHOLE:
            # Asked for a page alone, a database walks through the whole table in the listing's
            # order until enough rows fit the filters.
            keys = list(order.values_list("pk", flat=True))[first:last]
        elif first > self.count // 2:
            from_end = order.reverse().values_list("pk", flat=True)
            keys = list(from_end[self.count - last : self.count - first])
        else:
            keys = list(order.values_list("pk", flat=True)[first:last])
        page = self.rows.filter(pk__in=keys).order_by(*order.query.order_by)
        return Page(page, number, self)
