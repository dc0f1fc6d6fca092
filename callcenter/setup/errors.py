"""Defines the refusal of an answer: a stable code, and one sentence in each language that says what to do."""

from callcenter.kit.errors import CannotBeginError
from callcenter.setup.types import Question
from callcenter.setup.words import REFUSALS


class AnswerRefused(CannotBeginError):  # noqa: N818 - the system's word: an answer is refused, nothing failed
    """Refuses one answer. No parameter of a sentence is a secret."""

    def __init__(self, code: str, question: Question | None = None, **params: object) -> None:
        self.code = code
        self.question = question
        chinese, english = (sentence.format(**params) for sentence in REFUSALS[code])
        self.chinese, self.english = chinese, english
        super().__init__(f"{f'{question.value}: ' if question else ''}{chinese}\n{english}")
