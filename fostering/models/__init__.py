"""Pages for people who might take a child into their home, their sign-ups for events, their
enquiries, and what follows."""

from .case import Case, CaseAccess, CaseEvent, CaseTask, Stage
from .case_file import CaseFile
from .case_mail import CaseMail, CaseMailTemplate
from .enquiry import DraftAccess, Enquiry, EnquiryDraft
from .landing_page import LandingPage
from .mail import OutgoingMail
from .recruitment_settings import RecruitmentSettings
from .self_check_page import SelfCheckPage
from .sign_up import SignUp, SignUpList
from .support_centre import SupportCentre
from .way_page import WayFigure, WayOfHelpingPage

__all__ = [
    "Case",
    "CaseAccess",
    "CaseEvent",
    "CaseFile",
    "CaseMail",
    "CaseMailTemplate",
    "CaseTask",
    "DraftAccess",
    "Enquiry",
    "EnquiryDraft",
    "LandingPage",
    "OutgoingMail",
    "RecruitmentSettings",
    "SelfCheckPage",
    "SignUp",
    "SignUpList",
    "Stage",
    "SupportCentre",
    "WayFigure",
    "WayOfHelpingPage",
]
