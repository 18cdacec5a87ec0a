"""Staff of the demonstration. Their passwords are public: never loaded in production."""

from typing import NamedTuple


class DemoStaff(NamedTuple):
    username: str
    password: str
    full_name: str
    group: str


# Whose cases staff see: username to the towns of their support centres.
CENTRES_OF_STAFF = {"piesaiste": ("riga", "valmiera")}

DEMO_STAFF = (
    DemoStaff("admin", "demo-admin", "Daina Administratore", "Administrators"),
    DemoStaff("komunikacija", "demo-komunikacija", "Kristīne Komunikācija", "Communications"),
    DemoStaff("recenzija", "demo-recenzija", "Renāte Recenzente", "Reviewers"),
    DemoStaff("finanses", "demo-finanses", "Filips Finansists", "Finance"),
    DemoStaff("piesaiste", "demo-piesaiste", "Paula Piesaiste", "Recruitment"),
    DemoStaff("vaditaja", "demo-vaditaja", "Vita Vadītāja", "Recruitment leads"),
)
