"""What speaks for a reading and against it: every weight with its reason, in one place.

Where a document can be read in several ways the readings are scored with these rows; the highest score is
taken. The figures are no probabilities: only their sums are compared, with each other or with a bound.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class SignWeight:
    """One sign, what it adds to a score, and why."""

    name: str
    points: float
    reason: str


# Does a bracket (or a last sentence) without a label name offices?
# fmt: off
OFFICES = {
    weight.name: weight.points
    for weight in (
        SignWeight("strong_verb", 4, "牵头、负责、配合 behind names is how offices are named and hardly anything else"),
        SignWeight("weak_verb", 1, "参与、推进、实施 are said of offices and of all the world"),
        SignWeight("known_name", 2, "a name that ends like an office's, or that this organization confirmed before"),
        SignWeight("strange_name", -0.5, "海关, 支行, 少年宫: an unknown ending says little, or one guest would lose the whole bracket"),
        SignWeight("no_name", -4, "专人, 家长, 校长, a sentence: where an office should stand there stands something else"),
        SignWeight("person", -3, "张三负责 names a person"),
        SignWeight("remark", -0.5, "a clause behind the names is a remark; it belongs to the bracket"),
        SignWeight("at_end", 1, "offices stand at the end of a paragraph"),
        SignWeight("in_the_middle_without_verb", -9, "（复旦大学、上海大学） inside a sentence are examples"),
        SignWeight("in_the_sentence_without_verb", -2.5, "建设阵地（展馆、活动室）。 tells what is built; offices stand behind the sentence or say a verb"),
    )
}
# fmt: on
OFFICES_FROM = 3  # a bracket of this score is read as offices
OFFICES_DOUBTFUL_FROM = 1.5  # below that nobody would take it for offices; between the two a warning asks

# Which numbers are the items? Each sign is a share between 0 and 1, or 0 and 1 for no and yes.
# fmt: off
OUTLINE = {
    weight.name: weight.points
    for weight in (
        SignWeight("as_the_rules_read", 2, "the rules in outline.py were made on many documents; another reading must be clearly better"),
        SignWeight("title_and_text", 3, "an item is a short first sentence and more behind or below it"),
        SignWeight("offices_apart", 3, "each statement of offices has an item of its own; several in one item say that its points are the items"),
        SignWeight("offices_in_headings", -2, "a section does not answer for anything; what names offices is an item"),
        SignWeight("points_like_items", -8, "points with a title and a text of their own would be items"),
        SignWeight("points_run_on", -5, "points numbered on from one item into the next (1 and 2 below 一, 3 below 二) are the items themselves"),
        SignWeight("headings_with_text", -2, "a heading that carries sentences is rarer than an item that does"),
        SignWeight("empty_headings", -2, "a section nothing stands under is no section"),
        SignWeight("one_item", -2, "a plan has more than one item"),
    )
}
# fmt: on
OUTLINE_CLOSE = 1.5  # readings nearer than this are both offered

# Plan or report? The sum above 0 is a report.
# fmt: off
REPORT = {
    weight.name: weight.points
    for weight in (
        SignWeight("title_of_report", 8, "总结, 反馈, 自评, 通报, 专报 in the title say it outright"),
        SignWeight("title_of_plan", -8, "要点, 计划, 方案, 任务, 通知 at the end of the title say it outright"),
        SignWeight("title_of_progress", 4, "…情况, …报告 at the end of a title mostly report"),
        SignWeight("announced", 6, "情况通报如下, 报告如下: the text says itself what it is"),
        SignWeight("progress_and_difficulties", 5, "chapters of what was done and what was difficult: nothing to open tasks from"),
        SignWeight("progress_and_next_steps", 4, "what was done, then what comes: a summary even without 困难"),
        SignWeight("progress", 2, "a heading such as 落实情况 or 完成情况"),
        SignWeight("past", 2, "most sentences tell what has been done (已, 完成了, 截至…)"),
        SignWeight("offices", -5, "numbered lines that name who answers for them are tasks"),
        SignWeight("deadlines", -2, "numbered lines with a deadline are tasks"),
    )
}
# fmt: on
REPORT_CLOSE = 3  # a sum this near to 0 asks

# How sure an item is: what is taken off 100.
# fmt: off
CONFIDENCE = {
    weight.name: weight.points
    for weight in (
        SignWeight("other_outline", 20, "another reading of the whole document is nearly as good"),
        SignWeight("doubtful_bracket", 25, "a bracket that looks like offices was left in the text"),
        SignWeight("no_offices", 20, "most items name offices and this one does not"),
        SignWeight("strange_office", 10, "an office nobody has confirmed, with an ending nobody knows"),
        SignWeight("unread_deadline", 20, "a deadline whose words were not understood"),
        SignWeight("number", 15, "its number is missing, repeated or out of order"),
        SignWeight("much_longer", 15, "several times as long as the others: the next item may be in it"),
        SignWeight("long_title", 10, "its title is as long as a sentence"),
        SignWeight("no_text", 5, "most items have a text and this one does not"),
    )
}

# Which column of a table is the title?
TITLE_COLUMN = {
    weight.name: weight.points
    for weight in (
        SignWeight("titled", 1.5, "its heading names tasks (重点任务, 项目名称)"),
        SignWeight("sub", 1, "its heading names those under a project (子项目名称), so that other names are the project's"),
        SignWeight("kinds", -1.5, "its heading names kinds (类别, 板块): they head sections"),
        SignWeight("unknown", -0.5, "its heading says nothing that is known"),
        SignWeight("first", 1, "the first column of words that differ from row to row is what the others are about"),
        SignWeight("coarse", -3.2, "times the share of rows that stand with others under one cell: it holds for several tasks"),
        SignWeight("filled", 2, "times the share of tasks with a cell of their own here: a task without a title is rare"),
        SignWeight("distinct", 1, "times the share of cells that differ: titles do, standard phrases do not"),
        SignWeight("short", 0.5, "titles are shorter than measures"),
        SignWeight("long", -0.5, "cells of more than 80 characters are measures"),
        SignWeight("place", -0.3, "times its place among the columns of words: the title stands in front"),
    )
}
# fmt: on
