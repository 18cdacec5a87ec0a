"""Pictures carry what accessibility asks for."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override
from PIL import Image as PillowImage
from wagtail.images.forms import get_image_form
from wagtail.models import Collection

from sosbca.core.models import CustomImage

WORDS = {"alternative_text_lv": "Māja mākoņos", "alternative_text_en": "A house in the clouds"}


def upload() -> SimpleUploadedFile:
    data = BytesIO()
    PillowImage.new("RGB", (8, 6), "skyblue").save(data, "PNG")
    return SimpleUploadedFile("house.png", data.getvalue(), "image/png")


@pytest.fixture(autouse=True)
def _media(tmp_path: Path) -> Iterator[None]:
    storage = CustomImage._meta.get_field("file").storage
    before, storage.location = storage.location, str(tmp_path)  # type: ignore[attr-defined]
    yield
    storage.location = before  # type: ignore[attr-defined]


@pytest.fixture
def editor(client: Client, db: None) -> Client:
    user = get_user_model().objects.create_user("editor")
    user.groups.add(Group.objects.get(name="Communications"))
    client.force_login(user)
    return client


def form_errors(**data: object) -> dict[str, list[str]]:
    form_class = get_image_form(CustomImage)
    collection = Collection.get_first_root_node()
    form = form_class(
        {"title": "House", "collection": collection and collection.pk, **data},
        {"file": upload()},
        user=get_user_model().objects.create_superuser("boss"),
    )
    return dict(form.errors)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({}, {"alternative_text_lv", "alternative_text_en"}),
        ({"alternative_text_lv": "Māja"}, {"alternative_text_en"}),
        ({"alternative_text_lv": "  ", "alternative_text_en": "A house"}, {"alternative_text_lv"}),
        (WORDS, set()),
        ({"is_decorative": "on"}, set()),
    ],
)
def test_a_picture_is_described_or_decorative(data: dict[str, str], wrong: set[str]) -> None:
    assert form_errors(**data).keys() == wrong


@pytest.mark.django_db
def test_the_alternative_text_follows_the_language() -> None:
    image = CustomImage(title="house.png", **WORDS)
    with override("lv"):
        assert image.default_alt_text == "Māja mākoņos"
    with override("en"):
        assert image.default_alt_text == "A house in the clouds"
    with override("en-gb"):
        assert image.default_alt_text == "A house in the clouds"
    with override(None):
        assert image.default_alt_text == "Māja mākoņos"


@pytest.mark.django_db
def test_a_decorative_picture_is_silent() -> None:
    assert CustomImage(title="house.png", is_decorative=True, **WORDS).default_alt_text == ""


def test_a_description_is_not_asked_for_twice() -> None:
    """Wagtail's own description has one language."""
    assert "description" not in CustomImage.admin_form_fields
    assert {"is_decorative", "credit", *WORDS} <= set(CustomImage.admin_form_fields)


def test_the_admin_asks_when_one_picture_is_added(editor: Client) -> None:
    response = editor.post("/admin/images/add/", {"title": "House", "file": upload()})
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == set(WORDS)
    assert not CustomImage.objects.exists()
    response = editor.post("/admin/images/add/", {"title": "House", "file": upload(), **WORDS})
    assert response.status_code == 302
    assert CustomImage.objects.get().alternative_text_en == "A house in the clouds"


def test_the_admin_asks_when_many_are_dropped(editor: Client) -> None:
    """The file waits until its form is filled in."""
    response = editor.post(
        "/admin/images/multiple/add/",
        {"title": "House", "files[]": upload()},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert response.status_code == 200
    body = response.json()
    assert body["success"]
    assert "alternative_text_lv" in body["form"]
    assert not CustomImage.objects.exists()
    number = body["uploaded_file_id"]
    prefix = f"uploaded-image-{number}"
    address = f"/admin/images/multiple/create_from_uploaded_image/{number}/"
    incomplete = editor.post(address, {f"{prefix}-title": "House"}).json()
    assert not incomplete["success"]
    texts = {f"{prefix}-{name}": value for name, value in WORDS.items()}
    assert editor.post(address, {f"{prefix}-title": "House", **texts}).json()["success"]
    assert CustomImage.objects.get().alternative_text_lv == "Māja mākoņos"
