"""Addresses of films."""

import pytest

from sosbca.core.films import host_of


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.youtube.com/watch?v=abc", "YouTube"),
        ("https://m.youtube.com/watch?t=4&v=abc", "YouTube"),
        ("https://youtu.be/abc", "YouTube"),
        ("https://www.youtube.com/shorts/abc", "YouTube"),
        ("https://vimeo.com/76979871", "Vimeo"),
        ("https://player.vimeo.com/video/76979871", "Vimeo"),
        ("https://www.youtube.com/@sos", ""),
        ("https://www.youtube.com/watch", ""),
        ("https://vimeo.com/about", ""),
        ("http://youtu.be/abc", ""),
        ("https://youtube.com.example.org/watch?v=abc", ""),
        ("https://example.org/youtu.be/abc", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_host(address: str, host: str) -> None:
    assert host_of(address) == host
