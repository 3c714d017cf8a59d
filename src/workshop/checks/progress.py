"""What a trainee has answered, kept in ``my_work/progress.json``."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from workshop.kept import JsonStore, UnreadableError, my_work

VERSION = 1


@dataclass
class Record:
    """What is kept of one question.

    Attributes
    ----------
    attempts : int
        Answers checked.
    right : bool
        Whether one of them was right.
    mistakes : dict of str to int
        How often each mistake was made: the step of its ladder of hints.
    """

    attempts: int = 0
    right: bool = False
    mistakes: dict[str, int] = field(default_factory=dict)

    def add(self, mistake: str | None) -> None:
        """Count one more answer; `mistake` is None if it was right."""
        self.attempts += 1
        if mistake is None:
            self.right = True
        else:
            self.mistakes[mistake] = self.mistakes.get(mistake, 0) + 1


Records = dict[str, dict[str, Record]]  # exercise, question


class ProgressStore:
    """The progress file of one trainee.

    Problems with the disk never stop a check. They become a sentence, told once (`take_notice`), and the answers
    that could not be written wait in memory for the next try.

    Parameters
    ----------
    folder : path, optional
        Where to keep it; `my_work()` by default.
    """

    def __init__(self, folder: str | os.PathLike | None = None):
        self._store = JsonStore(
            Path(my_work() if folder is None else folder) / "progress.json",
            "progress",
            "The answers are checked all the same",
            parse,
            dump,
            dict,
        )

    def of(self, exercise: str) -> dict[str, Record]:
        """Return the records of an exercise's questions, as they are on the disk now."""
        return self._store.read().get(exercise, {})

    def add(self, exercise: str, question: str, mistake: str | None) -> Record:
        """Count an answer and keep it; `mistake` is None if it was right."""

        def counted(records: Records) -> Records:
            records.setdefault(exercise, {}).setdefault(question, Record()).add(mistake)
            return records

        return self._store.change(counted)[exercise][question]

    def take_notice(self) -> str:
        """Return what the trainee should be told about the file, and forget it; "" if nothing."""
        return self._store.take_notice()


def dump(records: Records) -> str:
    """Return the text of a progress file."""
    exercises = {
        name: {key: asdict(one) for key, one in questions.items()} for name, questions in records.items()
    }
    return json.dumps({"version": VERSION, "exercises": exercises}, indent=1, sort_keys=True) + "\n"


def parse(content: bytes) -> Records:
    """Return the records that a progress file holds.

    Raises
    ------
    UnreadableError
        If it is damaged, or of a newer version.
    """
    try:
        found = json.loads(content.decode("utf-8"))
        if isinstance(found["version"], int) and found["version"] > VERSION:
            raise UnreadableError("was written by a newer version of this course")
        if found["version"] != VERSION:
            raise ValueError
        return {
            name: {key: _record(kept) for key, kept in questions.items()}
            for name, questions in found["exercises"].items()
        }
    except UnreadableError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UnreadableError("was damaged") from None


def _record(kept: dict) -> Record:
    """Return a record if all its parts are of the right kind."""
    record = Record(**kept)
    counts = [record.attempts, *record.mistakes.values()]
    if type(record.right) is not bool or not all(type(count) is int and count >= 0 for count in counts):
        raise ValueError
    return record
