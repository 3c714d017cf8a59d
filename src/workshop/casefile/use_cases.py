"""The use cases that a case file can be about: the four domains, the four countries, or one's own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class UseCase:
    """Something that a police agency may want to use AI for.

    Attributes
    ----------
    key : str
    title : str
    about : str
        What the tool is to do, in one or two sentences: a text to begin with, which a trainee can change.
    source : str
        Where the case comes from; "" if it is the course's own.
    """

    key: str
    title: str
    about: str
    source: str = ""


OWN = "own"
USE_CASES = {
    case.key: case
    for case in (
        UseCase(
            "resource-optimization",
            "Resource optimization: where patrols go",
            "A tool forecasts where calls will come from, and proposes where patrols go.",
        ),
        UseCase(
            "audio",
            "Audio: calls and interviews as text",
            "A tool writes down what is said in calls and interviews, so that it can be searched and read.",
        ),
        UseCase(
            "visual",
            "Visual: a watch list in a crowd",
            "A camera compares the faces of passers-by with a list of wanted people, and tells an officer of a match.",
        ),
        UseCase(
            "language",
            "Language: which message is read first",
            "A tool sorts the messages that people send to the police, so that urgent ones are read first.",
        ),
        UseCase(
            "australia",
            "Australia: seized material sorted before an officer sees it",
            "A tool sorts the content of seized devices, so that officers see less of what harms them.",
            "AiLECS Lab of Monash University and the Australian Federal Police, opened on 1 July 2019 "
            "(monash.edu). That the report of 2020 shows this case is not confirmed.",
        ),
        UseCase(
            "germany",
            "Germany: abuse images sorted for prosecutors",
            "A tool sorts seized images, and separates known from unknown persons; prosecutors check its result.",
            "Cybercrime unit ZAC NRW with partners, made public on 5 August 2019 (rp-online.de). "
            "That the report of 2020 shows this case is not confirmed.",
        ),
        UseCase(
            "japan",
            "Japan: which suspicious payment is looked at first",
            "A tool ranks reports of suspicious payments, about 400,000 a year; officers look at the highest first.",
            "Japan's National Police Agency (mainichi.jp, 30 August 2018; asahi.com, 2021).",
        ),
        UseCase(
            "norway",
            "Norway: interviews written down by a machine",
            "A tool writes down police interviews, dialects too; an officer reads the text before it is used.",
            "AI4Interviews, Oslo Police District, from 2022 (politiet.no): later than the report of 2020.",
        ),
        UseCase(OWN, "My own use case", ""),
    )
}
