"""The template tags of bars, lamps and percentages."""

from django import template

from tracking import charts, time_charts
from tracking.reports.percent import percent_text

register = template.Library()
register.simple_tag(charts.completion_bar, name="completion_bar")
register.simple_tag(charts.lamp_tag, name="lamp")
register.simple_tag(charts.status_tag, name="status_tag")
register.simple_tag(charts.trend_line, name="trend_line")
register.filter("percent", percent_text)
register.simple_tag(charts.progress_chart, name="progress_chart")
register.filter("short_label", charts.short_label)
register.simple_tag(time_charts.period_columns, name="period_columns")
