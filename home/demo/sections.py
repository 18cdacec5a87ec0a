"""The pages that tell about the association's work."""

from wagtail.models import Page

from home.models import StandardPage

from .bilingual import Phrasebook
from .tree import Tree


def add_about(tree: Tree, home: Page) -> Page:
    words = Phrasebook()
    page = StandardPage(
        title=words("Par mums", "About us"),
        slug=words("par-mums", "about-us"),
        show_in_menus=True,
        introduction=words(
            "Bērnam vajadzīgs cilvēks, kurš paliek. Par to rūpējamies jau aptuveni 25 gadus.",
            "A child needs a person who stays. We have worked for that for some 25 years.",
        ),
        body=[
            (
                "text",
                words.paragraphs(
                    (
                        "Deviņdesmitajos gados bērni, kuri palika bez vecāku gādības, nonāca "
                        "lielās iestādēs, kur visiem bija viena un tā pati atbilde. Mēs piedāvājām "
                        "citu: vienu pastāvīgu aprūpētāju, māju vai dzīvokli un iespēju brāļiem un "
                        "māsām augt kopā.",
                        "In the 1990s children left without parental care were sent to large "
                        "institutions with one answer for all. We offered another: one lasting "
                        "carer, a house or a flat, and brothers and sisters together.",
                    ),
                    (
                        "Tagad palīdzam arī agrāk: lai ģimene nepaliktu viena ar savām grūtībām "
                        "un bērns varētu augt mājās.",
                        "Today we also help earlier, so that a family is not left alone with its "
                        "troubles and the child can grow up at home.",
                    ),
                ),
            ),
            ("heading", words("Kas mums ir svarīgi", "What matters to us")),
            (
                "text",
                words.bullets(
                    (
                        "Vispirms bērna vajadzības un bērna balss.",
                        "The child’s needs and the child’s voice come first.",
                    ),
                    (
                        "Aprūpe tuvu mājām un attiecības, kas nebeidzas.",
                        "Care close to home, and relationships that last.",
                    ),
                    (
                        "Cieņa pret bērna bioloģisko ģimeni un dzīvesstāstu.",
                        "Respect for the birth family and the child’s life story.",
                    ),
                ),
            ),
        ],
    )
    return tree.add(home, page, words)


def add_work(tree: Tree, home: Page) -> Page:
    words = Phrasebook()
    page = StandardPage(
        title=words("Ko mēs darām", "What we do"),
        slug=words("ko-mes-daram", "what-we-do"),
        show_in_menus=True,
        introduction=words(
            "Palīdzam bērniem no dzimšanas līdz patstāvībai un pieaugušajiem, kuri ir viņiem līdzās.",
            "We help children from birth to independence, and the adults beside them.",
        ),
        body=[
            (
                "accordion",
                {
                    "items": [
                        {
                            "question": words(
                                "Bērniem bez vecāku gādības", "Children without parental care"
                            ),
                            "answer": words.paragraphs(
                                (
                                    "Ģimeniska aprūpe SOS bērnu ciematos Īslīcē un Valmierā un ģimenēs "
                                    "Iecavā, jauniešu māja Jelgavā. Pēc tam atbalsts līdz 24 gadu "
                                    "vecumam.",
                                    "Family-like care in the SOS villages of Īslīce and Valmiera "
                                    "and with families in Iecava, a youth house in Jelgava. "
                                    "Afterwards support up to the age of 24.",
                                ),
                            ),
                        },
                        {
                            "question": words("Ģimenēm, kurām ir grūti", "Families in difficulty"),
                            "answer": words.paragraphs(
                                (
                                    "Padoms un cilvēks blakus, pirms grūtības izaugušas par "
                                    "lielām: dzemdību nodaļās, bērnudārzos, mājās.",
                                    "Advice and a person at your side before trouble grows too "
                                    "big: in maternity wards, in kindergartens, at home.",
                                ),
                            ),
                        },
                        {
                            "question": words(
                                "Audžuģimenēm, aizbildņiem un adoptētājiem",
                                "Foster families, guardians and adopters",
                            ),
                            "answer": words.paragraphs(
                                (
                                    "Atbalsta centrs „AIRI vecākiem” Jūs iepazīst, sagatavo un ir "
                                    "līdzās arī tad, kad bērns jau ienācis ģimenē.",
                                    "The support centre “AIRI vecākiem” gets to know you, prepares "
                                    "you, and stays with you after the child has arrived.",
                                ),
                            ),
                        },
                    ]
                },
            ),
        ],
    )
    return tree.add(home, page, words)


def add_newborn(tree: Tree, work: Page) -> Page:
    words = Phrasebook()
    page = StandardPage(
        title=words("Piedzimstot bērniņam", "When a Baby Is Born"),
        slug=words("piedzimstot-berninam", "when-a-baby-is-born"),
        introduction=words(
            "Pirmās nedēļas ar jaundzimušo var būt gan laimīgas, gan ļoti nogurdinošas. "
            "Esam blakus, pirms nogurums kļūst par bēdu.",
            "The first weeks with a newborn can be happy and very tiring. "
            "We are there before tiredness turns into sorrow.",
        ),
        body=[
            (
                "text",
                words.paragraphs(
                    (
                        "Programma sniedz emocionālu atbalstu un zināšanas. Tās galvenais mērķis "
                        "ir cieša saikne starp mammu, tēti un bērnu. Vairākus gadus programma "
                        "darbojās Rīgā; tagad tā ir pieejama arī reģionu pašvaldībās.",
                        "The programme gives emotional support and knowledge. Its main aim is a "
                        "close bond between mother, father and child. It ran in Rīga for several "
                        "years and is now available in regional municipalities too.",
                    ),
                ),
            ),
            ("heading", words("Kā pieteikties", "How to join")),
            (
                "steps",
                {
                    "items": [
                        {
                            "title": words("Piezvaniet vai uzrakstiet", "Call or write"),
                            "text": words(
                                "Pietiek ar vārdu un tālruņa numuru. Par pārējo parunāsim.",
                                "A name and a phone number are enough. We talk about the rest.",
                            ),
                        },
                        {
                            "title": words("Iepazīstamies", "We get to know each other"),
                            "text": words(
                                "Atbalsta persona ierodas pie Jums vai satiekas ar Jums tiešsaistē.",
                                "A support person comes to you, or meets you online.",
                            ),
                        },
                        {
                            "title": words("Tiekamies regulāri", "We meet regularly"),
                            "text": words(
                                "Par to, cik bieži un cik ilgi, vienojamies kopā.",
                                "How often and for how long, we agree together.",
                            ),
                        },
                    ]
                },
            ),
            (
                "figures",
                {
                    "heading": words("Komanda", "The team"),
                    "items": [
                        {
                            "figure": words("4–6", "4–6"),
                            "label": words(
                                "atbalsta personas jeb PEP mammas",
                                "support persons, the “PEP mammas”",
                            ),
                        },
                        {
                            "figure": words("4", "4"),
                            "label": words(
                                "plānošanas reģioni: Rīga, Kurzeme, Vidzeme, Zemgale",
                                "planning regions: Rīga, Kurzeme, Vidzeme, Zemgale",
                            ),
                        },
                    ],
                    "source": words("2022. gads", "2022"),
                },
            ),
        ],
    )
    return tree.add(work, page, words)


def add_book(tree: Tree, work: Page) -> Page:
    words = Phrasebook()
    page = StandardPage(
        title=words(
            "Grāmata „Austra, mākoņi un mazais putniņš”",
            "The book “Austra, the Clouds and the Little Bird”",
        ),
        slug=words("austra-makoni-un-mazais-putnins", "austra-the-clouds-and-the-little-bird"),
        introduction=words(
            "Pirmā latviešu oriģinālgrāmata, kas palīdz ar bērnu runāt par to, "
            "kas bijis pirms jaunajām mājām.",
            "The first original Latvian book that helps to talk with a child about "
            "what was before the new home.",
        ),
        body=[
            (
                "text",
                words.paragraphs(
                    (
                        "Grāmata iznāca 2022. gada 30. septembrī. Tā stāsta par to, cik dažādas "
                        "mēdz būt ģimenes, un ir domāta audžuģimenēm, aizbildņiem un adoptētājiem.",
                        "The book came out on 30 September 2022. It tells how different families "
                        "can be, and is meant for foster families, guardians and adopters.",
                    ),
                ),
            ),
            (
                "quote",
                {
                    "text": words(
                        "„Mākoņi aiziet. Un tad redz, ka debesis visu laiku bija tur.”",
                        "“Clouds move on. And then you see that the sky was there all along.”",
                    ),
                    "author": "",
                    "role": "",
                },
            ),
        ],
    )
    return tree.add(work, page, words)


def add_foster(tree: Tree, home: Page) -> Page:
    words = Phrasebook()
    page = StandardPage(
        title=words("Kļūt par audžuģimeni", "Become a foster family"),
        slug=words("klut-par-audzugimeni", "become-a-foster-family"),
        show_in_menus=True,
        introduction=words(
            "Nav jābūt ideāliem. Jābūt klāt – un mēs palīdzēsim.",
            "You need not be perfect. You need to be there, and we will help.",
        ),
        body=[
            ("heading", words("Ceļš soli pa solim", "The way, step by step")),
            (
                "steps",
                {
                    "items": [
                        {
                            "title": words("Saruna ar mums", "A talk with us"),
                            "text": words(
                                "Pastāstīsim, kas Jūs sagaida, un uzklausīsim.",
                                "We tell you what to expect, and listen.",
                            ),
                        },
                        {
                            "title": words(
                                "Iesniegums bāriņtiesai", "Application to the orphan’s court"
                            ),
                            "text": words(
                                "Iesniedziet to savas deklarētās dzīvesvietas bāriņtiesā; tā izvērtēs piemērotību.",
                                "At the orphan’s court (bāriņtiesa) of your declared residence, "
                                "which assesses whether you are suited.",
                            ),
                        },
                        {
                            "title": words(
                                "Mācības atbalsta centrā", "Training at a support centre"
                            ),
                            "text": words(
                                "Centru izvēlaties paši; kopā ar psihologu un citiem topošajiem "
                                "audžuvecākiem.",
                                "You choose the centre; with a psychologist and other future "
                                "foster parents.",
                            ),
                        },
                        {
                            "title": words(
                                "Lēmums un iepazīšanās ar bērnu", "Decision, and meeting the child"
                            ),
                            "text": words(
                                "Arī pēc tam neesat vieni.", "You are not alone afterwards either."
                            ),
                        },
                    ]
                },
            ),
        ],
    )
    return tree.add(home, page, words)


def add_privacy(tree: Tree, home: Page) -> Page:
    words = Phrasebook()
    page = StandardPage(
        title=words("Privātums", "Privacy"),
        slug=words("privatums", "privacy"),
        introduction=words(
            "Kādus datus glabājam, kāpēc un cik ilgi.", "Which data we keep, why, and for how long."
        ),
        body=[
            ("heading", words("Ja tikai lasāt", "If you only read")),
            (
                "text",
                words.paragraphs(
                    (
                        "Apmeklētājiem sīkdatnes neizmantojam un Jūsu datus nevienam citam "
                        "nenododam.",
                        "This site sets no cookies for visitors and sends your data to nobody "
                        "else.",
                    ),
                ),
            ),
            ("heading", words("Ja ziedojat", "If you give")),
            (
                "text",
                words.paragraphs(
                    (
                        "Glabājam Jūsu vārdu, e-pasta adresi un ziedojuma datus, jo to prasa "
                        "Grāmatvedības likums. Personas kodu lūdzam tikai tad, ja vēlaties "
                        "nodokļu atvieglojumu, un glabājam to šifrētu.",
                        "We keep your name, e-mail address and the facts of the gift, because "
                        "accounting law requires it. We ask for the personal code only if you "
                        "want tax relief, and keep it encrypted.",
                    ),
                    (
                        "Maksājumu pieņem „Stripe” savā lapā. Kartes datus mēs neredzam.",
                        "The payment is taken by Stripe on its own page. We never see the card.",
                    ),
                ),
            ),
        ],
    )
    return tree.add(home, page, words)
