"""Whose address the throttles count."""

import pytest
from django.test import RequestFactory, override_settings

from sosbca.core.client_address import client_address

PEER = "10.0.0.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        # Without a proxy of ours the header is the visitor's own claim.
        (0, None, PEER),
        (0, "203.0.113.5", PEER),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "6.6.6.6, 203.0.113.5", "203.0.113.5"),
        (1, " 6.6.6.6 ,203.0.113.5 ", "203.0.113.5"),
        (1, "2001:db8::5", "2001:db8::5"),
        (1, None, PEER),
        (1, "", PEER),
        (1, "6.6.6.6,", PEER),
        (2, "203.0.113.5, 10.0.0.1", "203.0.113.5"),
        (2, "6.6.6.6, 203.0.113.5, 10.0.0.1", "203.0.113.5"),
        (2, "6.6.6.6, 7.7.7.7, 203.0.113.5, 10.0.0.1", "203.0.113.5"),
        # Fewer entries than proxies: somebody came past them.
        (2, "6.6.6.6", PEER),
        (2, ",10.0.0.1", PEER),
    ],
)
def test_client_address(proxies: int, forwarded: str | None, expected: str) -> None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory(REMOTE_ADDR=PEER).get("/", headers=headers)
    with override_settings(TRUSTED_PROXIES=proxies):
        assert client_address(request) == expected
