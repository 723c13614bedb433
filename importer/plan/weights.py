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
        Weight("in_the_sentence_without_verb", -2.5, "建设阵地（展馆、活动室）。 tells what is built; offices stand behind the sentence or say a verb"),
    )
}
OFFICES_FROM = 3  # a bracket of this score is read as offices
OFFICES_DOUBTFUL_FROM = 1.5  # below that nobody would take it for offices; between the two a warning asks

# Which numbers are the items? Each sign is a share between 0 and 1, or 0 and 1 for no and yes.
OUTLINE = {
    weight.name: weight.points
    for weight in (
        Weight("as_the_rules_read", 2, "the rules in outline.py were made on many documents; another reading must be clearly better"),
        Weight("title_and_text", 3, "an item is a short first sentence and more behind or below it"),
        Weight("offices_apart", 3, "each statement of offices has an item of its own; several in one item say that its points are the items"),
        Weight("offices_in_headings", -2, "a section does not answer for anything; what names offices is an item"),
        Weight("points_like_items", -8, "points with a title and a text of their own would be items"),
        Weight("points_run_on", -5, "points numbered on from one item into the next (1 and 2 below 一, 3 below 二) are the items themselves"),
        Weight("headings_with_text", -2, "a heading that carries sentences is rarer than an item that does"),
        Weight("empty_headings", -2, "a section nothing stands under is no section"),
        Weight("one_item", -2, "a plan has more than one item"),
    )
}
OUTLINE_CLOSE = 1.5  # readings nearer than this are both offered

# Plan or report? The sum above 0 is a report.
REPORT = {
    weight.name: weight.points
    for weight in (
        Weight("title_of_report", 8, "总结, 反馈, 自评, 通报, 专报 in the title say it outright"),
        Weight("title_of_plan", -8, "要点, 计划, 方案, 任务, 通知 at the end of the title say it outright"),
        Weight("title_of_progress", 4, "…情况, …报告 at the end of a title mostly report"),
        Weight("announced", 6, "情况通报如下, 报告如下: the text says itself what it is"),
        Weight("progress_and_difficulties", 5, "chapters of what was done and what was difficult: nothing to open tasks from"),
        Weight("progress_and_next_steps", 4, "what was done, then what comes: a summary even without 困难"),
        Weight("progress", 2, "a heading such as 落实情况 or 完成情况"),
        Weight("past", 2, "most sentences tell what has been done (已, 完成了, 截至…)"),
        Weight("offices", -5, "numbered lines that name who answers for them are tasks"),
        Weight("deadlines", -2, "numbered lines with a deadline are tasks"),
    )
}
REPORT_CLOSE = 3  # a sum this near to 0 asks

# How sure an item is: what is taken off 100.
CONFIDENCE = {
    weight.name: weight.points
    for weight in (
        Weight("other_outline", 20, "another reading of the whole document is nearly as good"),
        Weight("doubtful_bracket", 25, "a bracket that looks like offices was left in the text"),
        Weight("no_offices", 20, "most items name offices and this one does not"),
        Weight("strange_office", 10, "an office nobody has confirmed, with an ending nobody knows"),
        Weight("unread_deadline", 20, "a deadline whose words were not understood"),
        Weight("number", 15, "its number is missing, repeated or out of order"),
        Weight("much_longer", 15, "several times as long as the others: the next item may be in it"),
        Weight("long_title", 10, "its title is as long as a sentence"),
        Weight("no_text", 5, "most items have a text and this one does not"),
    )
}

# Which column of a table is the title?
TITLE_COLUMN = {
    weight.name: weight.points
    for weight in (
        Weight("titled", 1.5, "its heading names tasks (重点任务, 项目名称)"),
        Weight("sub", 1, "its heading names those under a project (子项目名称), so that other names are the project's"),
        Weight("kinds", -1.5, "its heading names kinds (类别, 板块): they head sections"),
        Weight("unknown", -0.5, "its heading says nothing that is known"),
        Weight("first", 1, "the first column of words that differ from row to row is what the others are about"),
        Weight("coarse", -3.2, "times the share of rows that stand with others under one cell: it holds for several tasks"),
        Weight("filled", 2, "times the share of tasks with a cell of their own here: a task without a title is rare"),
        Weight("distinct", 1, "times the share of cells that differ: titles do, standard phrases do not"),
        Weight("short", 0.5, "titles are shorter than measures"),
        Weight("long", -0.5, "cells of more than 80 characters are measures"),
        Weight("place", -0.3, "times its place among the columns of words: the title stands in front"),
    )
}
