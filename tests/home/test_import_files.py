"""What the import knows of files."""

from pathlib import Path

import pytest
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from tests.home.contents import picture, problems, run, small, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

PDF = b"%PDF-1.4\n" + b"x" * 3000
FILES: dict[str, str | bytes] = {
    "_documents.yaml": "report:\n  title: Pārskats\n",
    "_documents/report.pdf": PDF,
    "_pictures.yaml": "house:\n  title: Māja\n  is_decorative: true\n",
    "_pictures/house.png": picture(),
    "about/lv.md": """
        ---
        type: standard
        title: Par mums
        ---

        ::: documents
        documents:
          - document:report
        :::
    """,
    "about/en.md": """
        ---
        title: About us
        ---

        ::: documents
        :::
    """,
}


def test_size_and_hash_are_known_at_once(tmp_path: Path, client: Client) -> None:
    run(small(tmp_path / "content", FILES))
    document = get_document_model().objects.get()
    assert document.file_size == len(PDF)
    assert len(document.file_hash) == 40
    image = get_image_model().objects.get()
    assert image.file_size == len(picture())
    assert len(image.file_hash) == 40
    assert "PDF, 2,9\xa0KB" in client.get("/par-mums/").content.decode()


def test_another_file_has_another_size(tmp_path: Path) -> None:
    folder = small(tmp_path / "content", FILES)
    run(folder)
    before = get_document_model().objects.get().file_hash
    assert problems(write(folder, {"_documents/report.pdf": PDF + b"more"})) == []
    document = get_document_model().objects.get()
    assert document.file_size == len(PDF) + 4
    assert document.file_hash != before
