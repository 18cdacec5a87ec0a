"""How a file comes in: through memory alone. Django's own way for larger ones is a temporary file,
where a process that is killed would leave it for everybody to read."""

from typing import Any, Final

from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile
from django.http import HttpRequest

from .services.case_files import LARGEST


class InMemoryUpload(MemoryFileUploadHandler):
    """Stops taking what is too large, in one file or in several together, and remembers it."""

    is_too_large = False
    _taken = 0

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self._taken += len(raw_data)
        if self._taken > LARGEST:
            self.is_too_large = True
            self.file.close()
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)


def take_in_memory(request: HttpRequest) -> InMemoryUpload:
    """To be called before anything reads the posted data."""
    handler: Final = InMemoryUpload(request)
    request.upload_handlers = [handler]
    return handler
