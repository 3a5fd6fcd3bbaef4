"""What was left out, turned or guessed in a file of answers."""

from csisem.display.wording import Wording

WORDS = {
    "file.encoding": Wording(
        "The file is not UTF-8; its encoding was guessed to be {encoding}.",
        "文件不是 UTF-8 编码；其编码被推测为 {encoding}。",
    ),
    "file.read_as_gb18030": Wording(
        "{file!r} is not UTF-8 and was read as GB18030 (Chinese text from Windows); if the texts look wrong, save it "
        "as UTF-8, or name its encoding with encoding=.",
        "{file!r} 不是 UTF-8 编码，已按 GB18030（Windows 中文文本）读取；如文字有误，请另存为 UTF-8，"
        "或用 encoding= 指明编码。",
    ),
    "file.read_as_windows": Wording(
        "{file!r} is not UTF-8 and was read as Windows-1252 (Western text from Windows); if the texts look wrong, save "
        "it as UTF-8, or name its encoding with encoding=.",
        "{file!r} 不是 UTF-8 编码，已按 Windows-1252（Windows 西文文本）读取；如文字有误，请另存为 UTF-8，"
        "或用 encoding= 指明编码。",
    ),
    "file.sep_line": Wording(
        "The first line, 'sep={separator}', names the separator and is not an answer.",
        "首行 'sep={separator}' 指明分隔符，不是答案。",
    ),
    "file.title_rows": Wording(
        "{count} {count:row|rows} above the header {count:was|were} skipped{text:?: {text!r}}.",
        "跳过了表头上方的 {count} 行{text:?：{text!r}}。",
    ),
    "file.qualtrics": Wording(
        "Rows {first} to {last} hold Qualtrics' texts of questions and import ids; they are not answers.",
        "第 {first} 至 {last} 行是 Qualtrics 的题目文字和导入编号，不是答案。",
    ),
    "file.two_rows": Wording(
        "The header has two rows, and its columns are named by both, such as {example!r}.",
        "表头有两行，各列以两行合并命名，如 {example!r}。",
    ),
    "file.texts_row": Wording(
        "Row {last} holds texts above columns of numbers; they were taken for the texts of the questions: pass "
        "header=1 if they are answers.",
        "第 {last} 行在数值列上方为文字，被视为题目文字；若为答案，请指定 header=1。",
    ),
    "file.same_names": Wording(
        "Several columns are named {columns:quoted}; their places were added to the names, as in {example!r}.",
        "有多列同名 {columns:quoted}；列名后已加上所在位置，如 {example!r}。",
    ),
    "file.empty_rows": Wording(
        "{count} empty {count:line was|lines were} left out.",
        "删除了 {count} 个空行。",
    ),
    "file.blank_rows": Wording(
        "{count} {count:row is|rows are} empty in every column, and kept.",
        "有 {count} 行在所有列中为空，已保留。",
    ),
    "file.trailing": Wording(
        "{count} {count:row ends|rows end} with {separator!r} and no field behind it; the empty fields were left out.",
        "有 {count} 行以 {separator!r} 结尾而其后无内容；空字段已删除。",
    ),
    "file.empty_columns": Wording(
        "{count} {count:column|columns} without a name and without an answer {count:was|were} left out.",
        "删除了 {count} 个既无列名也无答案的列。",
    ),
    "file.unnamed": Wording(
        "The header does not name {columns:quoted}.",
        "表头未命名 {columns:quoted}。",
    ),
    "file.words": Wording(
        "{words:quoted} in {count} {count:cell|cells} of {column!r} among numbers {count:was|were} read as blank.",
        "数值列 {column!r} 的 {count} 个单元格中的 {words:quoted} 按空白读取。",
    ),
    "file.decimal_commas": Wording(
        "{columns:quoted} {columns:has|have} decimal commas.",
        "{columns:quoted} 使用小数逗号。",
    ),
    "file.thousands": Wording(
        "{columns:quoted} {columns:has|have} {mark!r} between thousands.",
        "{columns:quoted} 以 {mark!r} 分隔千位。",
    ),
    "file.stored_as_text": Wording(
        "Numbers that are stored as text in {columns:quoted} were read as numbers.",
        "{columns:quoted} 中以文字存储的数字按数值读取。",
    ),
    "file.leading_zeros": Wording(
        "Leading zeros of {columns:quoted} were dropped, as in 01; name a column of codes in segments= to keep them.",
        "{columns:quoted} 中数字的前导零（如 01）已去除；如该列为编码，请在 segments= 中列出以保留。",
    ),
    "file.codes": Wording(
        "{columns:quoted} {columns:stays|stay} text: {text!r} is a code that would be lost among numbers; name "
        "{columns:it|them} in items= for numbers.",
        "{columns:quoted} 保留为文字：{text!r} 是编码，转为数值会丢失；如应为数值，请在 items= 中列出。",
    ),
    "file.inert": Wording(
        "An apostrophe before a sign such as = was left out in {count} {count:cell|cells} or names; it marks text for "
        "spreadsheets.",
        "已去除 {count} 个单元格或列名中 = 等符号前的单引号；它供电子表格识别文字。",
    ),
    "file.points": Wording(
        "Values such as {text!r} of {column!r} were read with a decimal point; pass thousands='.' if it stands between "
        "thousands.",
        "{column!r} 中如 {text!r} 的值按小数点读取；若该点用于分隔千位，请指定 thousands='.'。",
    ),
    "file.doubtful": Wording(
        "{column!r} has values such as {text!r} that can be read in two ways, so it stays text; pass decimal= or "
        "thousands=.",
        "{column!r} 含有可作两种解读的值，如 {text!r}，故保留为文字；请指定 decimal= 或 thousands=。",
    ),
    "file.unread": Wording(
        "{column!r} stays text: its cells, such as {text!r}, have marks that are not read; pass decimal= and "
        "thousands=, or write plain numbers.",
        "{column!r} 保留为文字：其单元格（如 {text!r}）带有无法识别的符号；请指定 decimal= 和 thousands=，"
        "或改为普通数字。",
    ),
    "file.sheets": Wording(
        "The file has {count} sheets; {sheet!r} was read.",
        "文件有 {count} 个工作表；已读取 {sheet!r}。",
    ),
    "file.missing_texts": Wording(
        "{count} {count:cell of {columns:quoted} holds a text|cells of {columns:quoted} hold texts} that the file "
        "declares missing, read as blank: {texts:quoted}.",
        "{columns:quoted} 中有 {count} 个单元格为文件声明为缺失的文字（{texts:quoted}），按空白读取。",
    ),
    "file.mixed": Wording(
        "{column!r} stays text: {numbers} cells are numbers and {texts} {texts:is|are} not, such as {text!r}.",
        "{column!r} 保留为文字：{numbers} 个单元格为数字，{texts} 个不是，如 {text!r}。",
    ),
    "file.export": Wording(
        "{count} columns of Wenjuanxing's export are read by the numbers of their questions, such as {column!r} as "
        "{question!r}.",
        "问卷星导出文件的 {count} 列按题号读作题目，如 {column!r} 读作 {question!r}。",
    ),
    "file.write_ins": Wording(
        "{count} {count:answer was|answers were} written in at question {question!r}{option:? and coded as "
        "{option!r}}; the texts are in {column!r}.",
        "题目 {question!r} 有 {count} 个自填答案{option:?，编码为 {option!r}}；原文见 {column!r}。",
    ),
    "file.refusal_words": Wording(
        "{words:quoted} at question {question!r} in {count} {count:row is|rows are} a declared code, not an answer.",
        "题目 {question!r} 有 {count} 行的 {words:quoted} 按声明读取，不作为答案。",
    ),
    "file.tagged": Wording(
        "{count} {count:cell of {columns:quoted} holds a tagged missing value|cells of {columns:quoted} hold tagged "
        "missing values} (.a to .z), read as the refusal codes -1000001 to -1000026.",
        "{columns:quoted}中有 {count} 个单元格为带标记的缺失值（.a 至 .z），读作拒答代码 -1000001 至 -1000026。",
    ),
}
