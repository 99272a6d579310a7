"""What is not UTF-8: code pages whose letters tell them, Western ones, and bad bytes in a file that else is UTF-8."""

import random

import pytest

from explorer.errors import DataError
from explorer.sequences import Form, Options, read_dataset, read_table
from explorer.sequences.codepages import TITLES, code_page
from explorer.sequences.encoding import CHUNK
from explorer.sequences.opening import open_file

TEXTS = {
    "cp1251": ["дата", "температура", "понедельник", "вторник", "Москва", "ветер северный"],
    "koi8-r": ["дата", "температура", "понедельник", "вторник", "Москва", "ветер северный"],
    "cp866": ["дата", "температура", "понедельник", "вторник", "Москва", "ветер северный"],
    "cp1253": ["ημερομηνία", "θερμοκρασία", "Αθήνα", "Θεσσαλονίκη", "βόρειος άνεμος"],
    "cp1255": ["טמפרטורה", "תאריך", "ירושלים", "יום ראשון"],
    "shift_jis": ["日付", "温度", "東京都", "くもり", "晴れ時々雨", "大阪府"],
    "euc_jp": ["日付", "温度", "東京都", "くもりのち晴れ", "カメラ", "センサー"],
    "gb18030": ["日期", "温度", "北京", "上海", "广州市", "传感器", "压力", "转速"],
    "big5": ["日期", "溫度", "濕度", "台北市", "高雄", "感測器", "轉速", "壓力"],
    "cp949": ["날짜", "온도", "서울특별시", "부산", "압력", "회전수", "센서", "바람이 분다"],
}
WESTERN = {
    "cp1252": ["don’t", "“so”", "naïve café", "Größe", "5 °C", "± 3 €", "ÀÉÖ", "Señor Núñez", "à", "Ærø", "–"],
    "cp1250": ["část", "žluťoučký kůň", "Příliš", "łódź", "ősz"],
    "cp437": ["Größe", "Straße", "café", "½"],
    "cp1256": ["درجة الحرارة", "التاريخ", "القاهرة"],
    "cp874": ["อุณหภูมิ", "วันที่", "กรุงเทพ"],
}


def written(path, words, encoding, rows=40, seed=0):
    chosen = random.Random(seed)
    lines = ["t,name,x"] + [f"{k},{chosen.choice(words)},{k * 0.5}" for k in range(rows)]
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


@pytest.mark.parametrize("encoding", TEXTS)
@pytest.mark.parametrize("seed", range(3))
def test_a_script_tells_its_code_page(tmp_path, encoding, seed):
    path = written(tmp_path / "a.csv", TEXTS[encoding], encoding, seed=seed)
    table = read_table(path)
    assert table.form.encoding == encoding
    assert set(table.column("name").texts) <= set(TEXTS[encoding])
    note = f"the file is not UTF-8 (line 2 is the first that is not) and was read as {TITLES[encoding]}"
    assert note in table.notes


@pytest.mark.parametrize("encoding", WESTERN)
def test_what_is_not_sure_is_read_as_western_as_ever(tmp_path, encoding):
    for k, words in enumerate([WESTERN[encoding], *([word] for word in WESTERN[encoding])]):
        try:
            found = open_file(written(tmp_path / f"{k}.csv", words, encoding)).table.form.encoding
        except DataError:
            continue  # the control characters of a code page of DOS
        assert found in ("cp1252", "latin-1", "utf-8"), words


def test_few_letters_tell_nothing():
    assert code_page("б,1\nв,2\n".encode("cp1251")) == ""


@pytest.mark.parametrize("letters", ["é", "ж", "度"])
def test_a_bad_byte_in_a_file_of_utf8_is_told_with_its_place(tmp_path, letters):
    lines = [f"{k},{letters},{k / 2}".encode() for k in range(50)]
    lines[6] = b"6,\xe4,3.0"
    path = tmp_path / "a.csv"
    path.write_bytes(b"t,name,x\r\n" + b"\r\n".join(lines))
    table = read_table(path)
    assert table.form.encoding == "utf-8"
    assert table.column("name").texts[5:7] == (letters, "\ufffd")
    problem = next(odd for odd in table.oddities if "UTF-8" in odd.message)
    assert (problem.line, problem.column, problem.text) == (8, 2, "6,\ufffd,3.0")
    assert any("UTF-8 but for bytes in line 8, which were replaced" in note for note in table.notes)
    assert "x" in read_dataset(path).features
    with pytest.raises(DataError, match=r"line 8: it cannot be read as utf-8: '6,.,3.0'"):
        read_table(path, Options(form=Form(encoding="utf-8")))
    assert read_table(path, Options(form=Form(encoding="cp1252"))).column("name").texts[6] == "ä"


def test_a_bad_byte_far_down_a_large_file(tmp_path):
    path = tmp_path / "a.csv"
    rows = [b"%d,%s,0.5\n" % (k, ("ж" * 60).encode()) for k in range(40_000)]
    rows[-3] = b"7,\xe4,0.5\n"
    path.write_bytes(b"t,name,x\n" + b"".join(rows))
    assert path.stat().st_size > CHUNK
    table = read_table(path)
    assert table.form.encoding == "utf-8"
    assert [(odd.line, odd.column) for odd in table.oddities if "UTF-8" in odd.message] == [(39_999, 2)]


def test_a_bad_byte_in_running_text(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("Süß schmeckt der Käse, führwahr\n".encode() * 9 + b"K\xe4se\n")
    dataset = read_dataset(path, Options(plain_text=True))
    assert any("UTF-8 but for bytes in line 10" in note for note in dataset.notes)
    assert "\ufffd" in dataset.sequences[0].tokens


def test_more_bad_bytes_than_good_letters_are_no_utf8(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"t,name\n1,\xe4\n2,\xc3\xa4\n3,\xfc\n")
    assert read_table(path).form.encoding == "cp1252"


def test_a_mark_proves_utf8_whatever_the_bytes_are(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbfa,b\n1,x\n3,\xff\xfc\xe4\n5,y\n")
    table = read_table(path)
    assert table.form.encoding == "utf-8-sig"
    assert [column.name for column in table.columns] == ["a", "b"]
    assert table.column("b").texts == ("x", "\ufffd" * 3, "y")
    assert [(odd.line, odd.column) for odd in table.oddities if "UTF-8" in odd.message] == [(3, 2)]
