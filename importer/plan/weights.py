"""What speaks for a reading and against it: every weight with its reason, in one place.

Where a document can be read in several ways the readings are scored with these rows; the highest score is
taken. The figures are no probabilities: only their sums are compared, with each other or with a bound.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Weight:
    """One sign, what it adds to a score, and why."""

    name: str
    points: float
    reason: str


# Does a bracket (or a last sentence) without a label name offices?
OFFICES = {
    weight.name: weight.points
    for weight in (
        Weight("strong_verb", 4, "牵头、负责、配合 behind names is how offices are named and hardly anything else"),
        Weight("weak_verb", 1, "参与、推进、实施 are said of offices and of all the world"),
        Weight("known_name", 2, "a name that ends like an office's, or that this organization confirmed before"),
        Weight("strange_name", -0.5, "海关, 支行, 少年宫: an unknown ending says little, or one guest would lose the whole bracket"),
        Weight("no_name", -4, "专人, 家长, 校长, a sentence: where an office should stand there stands something else"),
        Weight("person", -3, "张三负责 names a person"),
        Weight("remark", -0.5, "a clause behind the names is a remark; it belongs to the bracket"),
        Weight("at_end", 1, "offices stand at the end of a paragraph"),
        Weight("in_the_middle_without_verb", -9, "（复旦大学、上海大学） inside a sentence are examples"),
    )
}
OFFICES_FROM = 3  # a bracket of this score is read as offices
OFFICES_DOUBTFUL_FROM = 1.5  # below that nobody would take it for offices; between the two a warning asks
