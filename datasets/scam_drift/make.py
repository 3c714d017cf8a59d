"""Make ``scam_drift.csv`` and ``truth.json`` from the hand-written scenes in ``families.txt``: python make.py.

``{one|another}`` are wordings to choose from; {amount}, {phone}, {link}, {day}, {time} and {number} are filled in.
"""

import csv
import datetime
import json
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
SEED = 2020
FIRST_WEEK, LAST_WEEK = datetime.date(2019, 1, 7), datetime.date(2020, 5, 25)
PANDEMIC = datetime.date(2020, 3, 2)  # from this week on, messages speak of the virus
AUTUMN, AUTUMN_SHARE = datetime.date(2019, 9, 2), 0.5  # new scenes without the virus: ordinary change
PER_WEEK = {"2019": 4, "before": 4, "pandemic": 12}  # scams, and as many harmless messages
# Planted: the share of the messages from March 2020 on that have a theme of the pandemic.
COVID_SHARE = {"scam": 0.7, "harmless": 0.6}
LINK_SHARE = {"scam": 0.5, "harmless": 0.3}  # a link alone must not give a scam away
TOO_NEAR = 0.75
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
LINKS = [
    "info",
    "my-page",
    "service",
    "hello",
    "portal",
    "quick",
    "letter",
    "green-post",
    "blue-desk",
    "today",
    "form",
    "view",
]
COVID = re.compile(
    r"covid|corona|virus|pandemic|lockdown|quarantine|mask|vaccine|swab|infect|curfew|outbreak|intensive care"
    r"|stay safe|stay home|isolate|two metres|ventilator|immunity|short-time|test kit|work from home|home office",
    re.I,
)


@dataclass
class Family:
    """A scene: what a message is about, and when it was sent."""

    name: str
    label: str
    theme: str
    period: str  # 2020: from March; autumn: from September 2019; both and 2019: always; ..._pre: until the pandemic
    frames: list[str] = field(default_factory=list)


def read_families() -> list[Family]:
    families = []
    for line in (HERE / "families.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            families.append(Family(*line[3:].split(" | ")))
        elif line.strip():
            families[-1].frames.append(line.strip())
    return families


def fill(text: str, label: str, rng: random.Random) -> str:
    """Fill the marks and choose a wording, the inner ones first."""
    number = rng.choice((19, 25, 40, 60, 95, 150, 300, 480, 750, 1200, 2500))
    small = rng.choice((1.99, 2.5, 2.99, 3.4, 4.95))
    amounts = [f"{number} euros", f"£{number:,}", f"${number:,}", f"{number:,} USD", f"{small:.2f} euros"]
    values = {
        "amount": rng.choice(amounts),
        "phone": rng.choice([f"555-01{rng.randrange(100):02d}", f"01632 960{rng.randrange(1000):03d}"]),
        "link": f"{rng.choice(LINKS)}.example/{rng.randrange(16**3):03x}"
        if rng.random() < LINK_SHARE["scam"]
        else "",
        "day": f"{rng.choice(DAYS)}{rng.choice(['', '', f' {rng.randint(1, 28)}th'])}",
        "time": rng.choice(["8:30", "9 am", "10.15", "noon", "2 pm", "16:00", "half past five", "7 pm"]),
        "number": str(rng.randrange(10**5, 10**6)),
    }
    values["day"] = re.sub(r"(?<!1)1th", "1st", values["day"]).replace(" 2th", " 2nd").replace(" 3th", " 3rd")
    values["day"] = values["day"].replace("22th", "22nd").replace("23th", "23rd")
    for mark, value in values.items():
        text = text.replace("{" + mark + "}", value)
    while found := re.search(r"\{([^{}]*)\}", text):
        text = text[: found.start()] + rng.choice(found[1].split("|")) + text[found.end() :]
    if label == "harmless" and rng.random() < LINK_SHARE["harmless"]:
        text += f" {rng.choice(LINKS)}.example/{rng.randrange(16**3):03x}"
    return re.sub(r"\s+", " ", text).strip()


def grams(text: str) -> frozenset[str]:
    return frozenset(text.lower()[i : i + 5] for i in range(max(1, len(text) - 4)))


def choose_family(families: list[Family], label: str, week: datetime.date, rng: random.Random) -> Family:
    own = [family for family in families if family.label == label]
    if week < PANDEMIC:
        old = [family for family in own if family.period in ("2019", "both", "both_pre")]
        new = [family for family in own if family.period in ("autumn", "autumn_pre")]
        return rng.choice(new if week >= AUTUMN and rng.random() < AUTUMN_SHARE else old)
    if rng.random() < COVID_SHARE[label]:
        return rng.choice([family for family in own if family.period == "2020"])
    return rng.choice([family for family in own if family.period in ("2019", "both", "autumn")])


def write_all() -> list[dict]:
    rng, families, rows, seen = random.Random(SEED), read_families(), [], []
    week = FIRST_WEEK
    while week <= LAST_WEEK:
        period = "pandemic" if week >= PANDEMIC else "2019" if week.year == 2019 else "before"
        for label in ("scam", "harmless") * PER_WEEK[period]:
            for _ in range(300):
                family = choose_family(families, label, week, rng)
                text = fill(rng.choice(family.frames), label, rng)
                own = grams(text)
                if all(len(own & other) / len(own | other) < TOO_NEAR for other in seen):
                    break
            else:
                raise SystemExit(f"No wording is left for {label} in the week of {week}: write more of them.")
            seen.append(own)
            rows.append(
                {
                    "week": week.isoformat(),
                    "text": text,
                    "scam": label == "scam",
                    "theme": family.theme,
                    "family": family.name,
                    "covid_family": family.period == "2020",
                }
            )
        week += datetime.timedelta(weeks=1)
    return [{"message_id": f"s{number:03d}", **row} for number, row in enumerate(rows, start=1)]


def truth(rows: list[dict]) -> dict:
    """Return what was planted, and the counts that came of it."""
    counts = {}
    for period, chosen in (
        ("2019", lambda week: week.year == 2019),
        ("2020 before the pandemic", lambda week: week.year == 2020 and week < PANDEMIC),
        ("2020 in the pandemic", lambda week: week >= PANDEMIC),
    ):
        own = [row for row in rows if chosen(datetime.date.fromisoformat(row["week"]))]
        counts[period] = {
            label: {
                "messages": sum(row["scam"] == scam for row in own),
                "of_a_covid_family": sum(row["scam"] == scam and row["covid_family"] for row in own),
                "with_a_covid_word": sum(
                    row["scam"] == scam and bool(COVID.search(row["text"])) for row in own
                ),
                "with_a_link": sum(row["scam"] == scam and ".example" in row["text"] for row in own),
            }
            for label, scam in (("scam", True), ("harmless", False))
        }
    themes = Counter((row["theme"], row["covid_family"]) for row in rows if row["scam"])
    return {
        "seed": SEED,
        "first_week": FIRST_WEEK.isoformat(),
        "last_week": LAST_WEEK.isoformat(),
        "new_scenes_from": AUTUMN.isoformat(),
        "share_of_new_scenes_wanted": AUTUMN_SHARE,
        "pandemic_from": PANDEMIC.isoformat(),
        "messages_per_week_and_label": PER_WEEK,
        "covid_share_wanted": COVID_SHARE,
        "link_share_wanted": LINK_SHARE,
        "covid_words": COVID.pattern,
        "counts": counts,
        "scam_themes": {
            "covid": {theme: n for (theme, covid), n in sorted(themes.items()) if covid},
            "other": {theme: n for (theme, covid), n in sorted(themes.items()) if not covid},
        },
    }


def make() -> None:
    rows = write_all()
    with (HERE / "scam_drift.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    (HERE / "truth.json").write_text(json.dumps(truth(rows), indent=2) + "\n", encoding="utf-8", newline="\n")
    record_checksums(HERE)


if __name__ == "__main__":
    make()
