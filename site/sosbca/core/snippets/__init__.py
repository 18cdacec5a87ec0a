"""Things that are written once and shown in many places, each row in both languages."""

from .fact import Fact
from .people import Partner, Person, Testimonial
from .words import GlossaryTerm, Topic

__all__ = ["Fact", "GlossaryTerm", "Partner", "Person", "Testimonial", "Topic"]
