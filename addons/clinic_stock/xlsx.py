"""A table as an Excel file."""

import datetime
import io

import xlsxwriter

# What somebody has typed is never a formula, nor a link.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
WIDTH = 22


def table(title: str, head: list[tuple[str, object]], columns: list[str], rows: list[list]) -> bytes:
    """Return an .xlsx file with one sheet: the lines (label, value) of ``head``, and below a table.

    :param title: the sheet's name, which may not contain ``[]:*?/\\``
    :param columns: the table's labels
    :param rows: its values: text, numbers, dates, or nothing
    """
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, OPTIONS) as book:
        sheet = book.add_worksheet(title)
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
        sheet.set_column(0, len(columns) - 1, WIDTH)
        lines = [[label, value] for label, value in head]
        for number, line in enumerate([*lines, [], columns, *rows]):
            labels = line is columns
            for column, value in enumerate(line):
                style = bold if labels or (number < len(lines) and column == 0) else wrapped
                sheet.write(number, column, value, day if isinstance(value, datetime.date) else style)
        sheet.freeze_panes(len(lines) + 2, 1)
    return output.getvalue()
