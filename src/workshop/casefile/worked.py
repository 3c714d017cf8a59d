"""A worked case, from evidence of lessons 03 and 05 to a decision: a made-up agency, and measured numbers.

Every number is computed by the audit on the course's data when the case is made; nothing is kept on the disk. The data
are generated, so the case shows how to decide, not what any tool on sale does.
"""

from dataclasses import replace

import workshop
from workshop import audit, datasets
from workshop.casefile import model
from workshop.casefile.model import Answer, Case, Check, Decision, Risk
from workshop.casefile.recording import evidence
from workshop.casefile.use_cases import OWN

ON = "2026-11-30"  # a fixed day: the worked case is the same for everybody
CAPACITY = 300  # messages that the team reads in a day, as in lesson 05
THRESHOLD = 0.5
LANGUAGES = {"en": "English", "fr": "French", "es": "Spanish", "ar": "Arabic"}
WAYS = {"plain": "plain", "formal": "formal", "texting": "as in a chat", "second_language": "second language"}
ACCENTS = ("well represented", "rare", "absent")
_05, _03 = "05_language_processing", "03_audio_processing"


def worked_case() -> Case:
    """Return the worked case, with its evidence measured anew."""
    case = Case(
        slug="worked-case",
        title="A contact line: which call or message is looked at first",
        use_case=OWN,
        about=(
            "A tool puts the messages to a contact line in order, and marks calls in which a word such as “help” is "
            "heard. Officers look at the first ones first. The agency is made up; the data are generated."
        ),
        begun_on=ON,
    )
    for each in (*_messages(), *_calls()):
        dated = replace(each, reason=_REASONS[each.id], recorded_on=ON, course_version=workshop.__version__)
        case = model.put(case, "evidence", dated, f"kept “{each.label}”", ON)
    for answer in _ANSWERS:
        case = model.put(
            case, "answers", replace(answer, answered_on=ON), f"answered “{answer.question}”", ON
        )
    for risk in _RISKS:
        case = model.put(case, "risks", risk, f"rated “{risk.name}”", ON)
    case = model.put(case, "checks", _check(case), "set a check", ON)
    return model.put(case, "decision", replace(_DECISION, decided_on=ON), "decided", ON)


def _messages():
    """Measure what lesson 05 measures."""
    from workshop.domains import text  # imported late: whoever keeps a case needs no models

    messages = datasets.load("public_messages")
    train, test = (messages[messages.split == part] for part in ("train", "test"))
    english = train[train.language == "en"]
    triage = text.fit_triage(english.text, english.urgent)
    scores = triage.score(test.text)
    here = (test.language == "en").to_numpy()
    missed = audit.estimates(text.errors(test, scores >= THRESHOLD, "language"))
    by_way = audit.estimates(text.errors(test[here], scores[here] >= THRESHOLD, "register"))
    yield evidence(
        _05,
        by_way,
        "false_negative_rate",
        label="urgent English messages missed",
        overall=missed["en"],
        groups=WAYS,
        dataset="public_messages",
        principles=["accuracy", "equality_and_non_discrimination", "protection_of_vulnerable_groups"],
        bears="people in danger whose message waits",
        threshold=THRESHOLD,
    )
    yield evidence(
        _05,
        audit.estimates(text.coverage(triage, test)),
        "known_word_share",
        label="words that the model knows, of the words of a message",
        groups=LANGUAGES,
        dataset="public_messages",
        principles=["diversity_and_accessibility"],
        worse="lower",
        bears="people who write in a language that it does not know",
    )
    queued = text.queue(test, scores, CAPACITY)
    yield evidence(
        _05,
        audit.estimates(text.errors(queued, queued.today))["all messages"],
        "false_negative_rate",
        label=f"urgent messages that wait when {CAPACITY} of {len(test)} are read",
        dataset="public_messages",
        principles=["efficiency", "human_control_and_oversight"],
        bears="people in danger whose message waits",
        capacity=CAPACITY,
    )


def _calls():
    """Measure what lesson 03 measures."""
    import pandas as pd

    from workshop.domains import speech

    clips = datasets.load("spoken_keywords")
    train, test, reserve = (clips[clips.split == part] for part in ("train", "test", "reserve"))
    known = datasets.truth("spoken_keywords")
    status = {accent: group for group in ("well_represented", "rare", "absent") for accent in known[group]}
    groups = test.accent.map(status).str.replace("_", " ")
    line = speech.missed_on_line(train, test, groups)
    more = speech.missed_after_training(pd.concat([train, reserve]), test, groups)

    def missed(rates, label, *principles, **settings):
        return evidence(
            _03,
            rates,
            "false_negative_rate",
            label=label,
            groups=ACCENTS,
            dataset="spoken_keywords",
            principles=principles,
            bears="callers who are not heard",
            **settings,
        )

    fair = ("equality_and_non_discrimination", "protection_of_vulnerable_groups")
    yield missed(
        line["as recorded"], "keywords missed, by how the training knew the accent", "accuracy", *fair
    )
    yield missed(more, "keywords missed after 32 speakers were added", *fair, speakers_added=32)
    sent = "keywords missed by telephone"
    yield missed(line["on the line"], sent, "robustness_and_safety", line="telephone")
    trained = "trained on the telephone"
    yield missed(line["trained on the line"], f"{sent}, {trained}", "robustness_and_safety", line=trained)


MESSAGES = "05.false_negative_rate.public_messages.threshold-0-5"
WORDS = "05.known_word_share.public_messages"
WAITING = f"05.false_negative_rate.public_messages.capacity-{CAPACITY}"
CALLS = "03.false_negative_rate.spoken_keywords"
ADDED = "03.false_negative_rate.spoken_keywords.speakers_added-32"
LINE = "03.false_negative_rate.spoken_keywords.line-telephone"
TRAINED = "03.false_negative_rate.spoken_keywords.line-trained-on-the-telephone"
_REASONS = {
    MESSAGES: "A missed message is a person in danger who waits.",
    WORDS: "It says nothing when it does not know the words: their messages sink without a sign.",
    WAITING: "This is the gain: without an order about two of three would wait.",
    CALLS: "Callers with an accent that nobody recorded are not heard.",
    ADDED: "More speakers help, and cost: 32 people to find, to ask and to record.",
    LINE: "Our calls come by telephone. There it misses three words of four.",
    TRAINED: "Training on the line mends most of it, but not the gap between accents.",
}
_ANSWERS = (
    Answer(
        "need",
        "yes",
        "We read 300 of 920 messages a day. More readers were asked for and refused.",
        (WAITING,),
    ),
    Answer(
        "legal_basis", "not sure", "We may read the messages. Our lawyer has not said if we may sort them so."
    ),
    Answer("less_intrusive", "yes", "A button “I am in danger” was tried; those in a hurry did not see it."),
    Answer(
        "proportionate", "not sure", "Fewer wait, but those who still wait are more often the same people."
    ),
    Answer(
        "stakeholders", "text", "Asked: officers, the union, two victim support groups. Not asked: the Deaf."
    ),
    Answer("data_fit", "no", "The messages and voices are generated. Our own were not tried."),
    Answer("errors_counted", "yes", "With intervals, for messages and for calls.", (MESSAGES, CALLS)),
    Answer(
        "groups_compared",
        "no",
        "They were compared, and the gap for absent accents can't be defended.",
        (CALLS,),
    ),
    Answer("bad_days", "no", "By telephone it fails. No crisis was tried.", (LINE,)),
    Answer("explained", "yes", "The words that moved a score are shown beside the message."),
    Answer("oversight", "yes", "Each message is read by an officer, the last ones by midnight.", (WAITING,)),
    Answer("redress", "not sure", "A notice is on the page. Nobody has tried to complain."),
    Answer("traces", "yes", "Each order is stored with the version of the model."),
    Answer("watched", "yes", "Missed messages are counted each month on a sample of 200."),
    Answer("sunset", "yes", "It ends on 31 May 2027 unless the head of the line decides again."),
)
_RISKS = (
    Risk(
        "other-languages",
        "An urgent message in another language is put last",
        "people who write French, Spanish or Arabic",
        "diversity_and_accessibility",
        5,
        5,
        (WORDS,),
        "Messages in a language that it does not know go to a person at once",
        1,
        5,
    ),
    Risk(
        "absent-accents",
        "A cry for help in an accent that was absent is missed",
        "callers whose accent nobody recorded",
        "equality_and_non_discrimination",
        4,
        5,
        (CALLS,),
        "32 speakers are added to the training",
        3,
        5,
        (ADDED,),
    ),
    Risk(
        "telephone",
        "By telephone most keywords are missed",
        "everybody who calls",
        "robustness_and_safety",
        5,
        5,
        (LINE,),
        "It is trained on the telephone",
        4,
        5,
        (TRAINED,),
    ),
    Risk(
        "only-the-first",
        "Officers read the first messages only",
        "people whose message is put last",
        "human_control_and_oversight",
        3,
        4,
        measure="The last message of the day is read by midnight",
        likelihood_after=2,
        impact_after=4,
    ),
    Risk(
        "time-lost",
        "Harmless messages are read first",
        "officers, who lose time",
        "efficiency",
        2,
        1,
    ),
)
_DECISION = Decision(
    "pause",
    "The order helps those whose language it knows. It says nothing when it does not know the words, and by telephone "
    "it misses three keywords of four. Two measures are not shown to work. The law is not clear.",
    "Before it is used: a check of the language, measured on our own messages; the calls left out, or trained on our "
    "own line and counted again by accent; an answer of our lawyer in writing.",
    "The head of the contact line, after hearing the data protection officer",
    "2027-05-31",
    evidence=(CALLS, LINE, MESSAGES, WORDS),
)


def _check(case):
    """Return a bound from the interval that was measured."""
    highest = round(case.find("evidence", MESSAGES).overall.high, 2)
    return Check(
        "urgent-messages-missed",
        "false_negative_rate",
        "everyone",
        None,
        highest,
        MESSAGES,
        "each month, on 200 messages read by two officers",
        "The head of the contact line switches the order off the same day",
    )
