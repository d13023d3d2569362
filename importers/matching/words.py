"""What the words of a name are worth: legal forms, small words, short forms, numbers and generic words, in the directory's languages.

All are written as `pathways.script.latin` writes them, so that one list serves every script.
"""

from __future__ import annotations

from pathways.script import latin

COMPANY, STOCK, LIMITED, CHARITY = "company", "stock", "limited", "charity"
"""The legal forms, as far as two names are told apart by them; a plain company may be any of the others."""


def _list(text: str) -> list[str]:
    return text.split()


def _forms() -> dict[tuple[str, ...], str]:
    written = {
        COMPANY: "corporation corp company co incorporated inc cia compania compagnie gesellschaft|& co|lp|llp|kg|ohg|sas|sasu|pt|cv|de cv",
        STOCK: "ag aktiengesellschaft akg sa spa plc jsc ojsc cjsc pjsc oao zao pao ao pat at as asa ab oyj nv kk se sgps anonim sirketi"
        "|joint stock company|joynt stock company|public limited company|open joint stock company|closed joint stock company|a e|a s"
        "|societe anonyme|sociedad anonima|societa per azioni|spolka akcyjna|naamloze vennootschap|kabushiki kaisha|aktiebolag|"
        "aktieselskab|berhad|public company limited|акционерное общество|публичное акционерное общество"
        "|открытое акционерное общество|акціонерне товариство|ανώνυμη εταιρεία|ανώνυμη εταιρία",
        LIMITED: "ltd limited llc gmbh sarl srl sl lda bv oy pty ooo tov too epe ike shpk sro doo kft ood sdn bhd pvt"
        "|besloten vennootschap|anpartsselskab|osakeyhtio|pte ltd|pte|private limited|limited liability company|sp z o o|sp z oo|"
        "sp zoo|s r l|общество с ограниченной ответственностью"
        "|товариство з обмеженою відповідальністю|societatea cu raspundere limitata|gesellschaft mit beschrankter haftung"
        "|societe a responsabilite limitee|sociedad limitada|spolka z ograniczona odpowiedzialnoscia",
        CHARITY: "ev ngo ong onlus odv asbl vzw ano nko amke mko cio ngo npo ipss zvr vgo gum"
        "|non governmental organisation|non governmental organization|non profit|nonprofit|eingetragener verein|loi 1901"
        "|association loi 1901"
        "|organizzazione di volontariato|organizacja pozytku publicznego|громадська організація|благодійна організація"
        "|αστική μη κερδοσκοπική εταιρεία|μη κυβερνητική οργάνωση|organizate jofitimprurese|автономная некоммерческая организация",
    }
    found: dict[tuple[str, ...], str] = {}
    for form, text in written.items():
        first, *phrases = text.split("|")
        for word in first.split():
            found[(latin(word),)] = form
        for phrase in phrases:
            found[tuple(latin(phrase).split())] = form
    return found


FORMS = _forms()
"""Words of a legal form, with what it is."""
LONGEST_FORM = max(map(len, FORMS))

SMALL = frozenset(
    latin(
        "the of for and und et e y i to on in at with by from de la le les des du d l di del della dei delle degli der die das des "
        "dem den"
        " fur zu zur zum im am an do da dos das em no na nos nas o a os as el los las en al w we z ze dla i oraz te ne per nga dhe i e"
        " του της των και για στην στο η ο οι το τα τις την τον την με των από та і й з із для у в на по и или за от при"
        " في من على إلى و عن لل للـ ل ب un une al"
    ).split()
)
"""Words that carry nothing: articles, prepositions, and."""

SHORT = {
    "womens": "women",
    "mens": "men",
    "childrens": "children",
    "intl": "international", "int": "international", "natl": "national", "nat": "national", "dept": "department", "dep": "department",
    "assn": "association", "assoc": "association", "ass": "association", "univ": "university", "govt": "government", "gov": "government",
    "min": "ministry", "fed": "federation", "org": "organisation", "ctr": "centre", "cntr": "centre", "mgmt": "management",
    "svcs": "services", "svc": "services", "serv": "services", "comm": "committee", "cttee": "committee", "soc": "society", "st": "saint",
    "fdn": "foundation", "hosp": "hospital", "bros": "brothers", "mfg": "manufacturing", "ind": "industries", "tech": "technology",
    "eng": "engineering", "inst": "institute", "centr": "centre", "center": "centre",
    "organization": "organisation", "organizations": "organisations",
    "labor": "labour", "defense": "defence", "program": "programme", "theater": "theatre", "counseling": "counselling",
}  # fmt: skip
"""Short forms and other spellings of one word."""

_ONES = _list("zero one two three four five six seven eight nine ten eleven twelve")
_TENS = _list("twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = _list("first second third fourth fifth sixth seventh eighth ninth tenth")
_ROMAN = _list("i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx")
NUMBERS = {
    **{word: str(value) for value, word in enumerate(_ONES)},
    **{word: str(10 * value) for value, word in enumerate(_TENS, start=2)},
    **{word: str(value) for value, word in enumerate(_ORDINALS, start=1)},
    **{word: str(value) for value, word in enumerate(_ROMAN, start=1)},
}
"""Words for numbers; the Roman ones count only where they are written in capitals and do not begin a name."""
ROMAN = frozenset(_ROMAN)
ORDINALS = frozenset(_ORDINALS)

GENERIC = frozenset(
    latin(
        "group holding holdings international global worldwide europe european national federal state general central main head office"
        " industries services service solutions enterprise enterprises partners network programme project association associates"
        " organisation foundation federation union society committee council institute centre agency authority department ministry"
        " directorate unit division section branch network trust fund bank house group team"
        " verein stiftung verband bund zentrum amt behorde ministerium abteilung stelle dienst beratungsstelle"
        " fondation federation reseau centre ministere direction bureau association service office agence"
        " fundacion asociacion centro ministerio direccion oficina servicio red instituto federacion comision"
        " associacao fundacao centro ministerio direcao servico rede instituto"
        " associazione fondazione centro ministero direzione ufficio servizio rete cooperativa sociale istituto"
        " stowarzyszenie fundacja osrodek centrum ministerstwo urzad komenda biuro"
        " shoqata fondacioni qendra ministria drejtoria zyra"
        " κέντρο υπουργείο διεύθυνση σύλλογος ίδρυμα οργανισμός υπηρεσία τμήμα εθνικό"
        " центр міністерство управління фонд асоціація служба організація відділ банк завод"
        " جمعية مركز وزارة مؤسسة مديرية"
    ).split()
)
"""Words of what a body is, that many bodies share: they weigh little, and their absence on one side less."""
FAINT = frozenset(_list("group holding holdings international global worldwide europe"))
"""Words that are often left out of a name, or added to it."""

CONTRAST = frozenset(
    latin(
        "north south east west northern southern eastern western upper lower inner outer new old male female men women man woman "
        "boys girls"
        " children adults minors youth nord sud est ouest sur norte este oeste sul leste ovest ost west sued"
        " hommes femmes hombres mujeres homens mulheres uomini donne manner frauen kobiet mezczyzn"
        " βόρεια νότια ανατολική δυτική ανδρών γυναικών північ південь схід захід чоловіків жінок"
    ).split()
)
"""Words of which another is never a slip: where a body is, and whom it is for."""
