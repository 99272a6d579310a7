"""``trace --hold``: what is held is in the .npz, in numbers and in words; what cannot be is refused at its column."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.clamps import Clamp
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.presets import find_preset, preset_dataset
from explorer.run import run

CSV = "load,temperature\n1,80\n2,81\n3,85\n4,80\n5,90\n"


def load(path):
    with np.load(path, allow_pickle=False) as archive:
        return dict(archive)


def test_as_a_program(program, tmp_path):
    ran = program("trace", "preset:adding", "--hold", "f[3]=1@10:20", "--hold", "l0.h[5]=0@50:", "--out", "t.npz")
    assert (ran.code, ran.out) == (0, "")
    lines = ran.err.splitlines()
    assert lines[:2] == ["held: l0.f[3]=1@10:20", "held: l0.h[5]=0@50:"]
    assert any(line.startswith("verified against torch: max error ") for line in lines)
    found = load(tmp_path / "t.npz")
    assert found["held"].tolist() == ["l0.f[3]=1@10:20", "l0.h[5]=0@50:"]
    assert (found["l0.f"][10:20, 3] == 1).all()
    assert (found["l0.f"][[9, 20], 3] < 1).all()
    assert (found["l0.h"][50:, 5] == 0).all()
    assert found["l0.h"][49, 5] != 0


def test_what_is_held_reads_again(call, tmp_path):
    options = ["preset:adding", "--layers", 2, "--bidirectional", "--cell", "gru", "--hidden", 6, "--dtype", "float64"]
    holds = ["l1_reverse.z[*]=0.25@3:40", "x.value=2@5:6", "r[2]=1", "l1.q_n[0]=-1e-3@:9", "l1_reverse.z[1]=1@30:50"]
    words = [word for hold in holds for word in ("--hold", hold)]
    assert call("trace", *options, *words, "--preactivations", "--out", "t.npz").code == 0
    found = load(tmp_path / "t.npz")
    again = [word for hold in found["held"] for word in ("--hold", hold)]
    assert call("trace", *options, *again, "--preactivations", "--out", "again.npz").code == 0
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "t.npz").read_bytes()
    dataset = preset_dataset(find_preset("adding"))
    recipe = Recipe("gru", hidden=6, layers=2, bidirectional=True, dtype="float64")
    clamps = (
        Clamp("z", 0.25, None, (3, 40), Place(1, 1)),
        Clamp("x", 2, (dataset.features.index("value"),), (5, 6)),
        Clamp("r", 1, (2,)),
        Clamp("q_n", -1e-3, (0,), (0, 9), Place(1)),
        Clamp("z", 1, (1,), (30, 50), Place(1, 1)),
    )
    network = make_network(replace(recipe, longest=len(dataset.sequences[0])), 2)
    trace = run(Experiment(dataset, network, clamps=clamps))
    for place in network.places:
        for name in ("r", "z", "u_n", "q_n", "a_n", "n", "h"):
            assert np.array_equal(found[f"{place.key}.{name}"], trace.read(0, name, place)), (place, name)


@pytest.mark.parametrize("scale", [[], ["--standardize"], ["--scale", "min-max"]])
def test_the_input_is_edited_in_the_units_of_the_file(call, tmp_path, scale):
    (tmp_path / "t.csv").write_text(CSV)
    options = ("t.csv", *scale, "--dtype", "float64", "--out")
    assert call("trace", *options, "plain.npz").code == 0
    assert call("trace", *options, "t.npz", "--hold", "x.temperature=85@1:2", "--hold", "x[0]=3@4:").code == 0
    plain, edited = load(tmp_path / "plain.npz"), load(tmp_path / "t.npz")
    expected = plain["x"].copy()
    expected[1, 1], expected[4, 0] = plain["x"][2, 1], plain["x"][2, 0]
    assert np.array_equal(edited["x"], expected), "a value that stands elsewhere in the file is seen as it is there"
    assert edited["held"].tolist() == ["x.temperature=85@1:2", "x.load=3@4:"]
    assert np.array_equal(edited["l0.h"][0], plain["l0.h"][0])
    assert not np.array_equal(edited["l0.h"][1:], plain["l0.h"][1:])
    assert "held" not in plain


def test_of_several_sequences_the_one_that_is_asked_for(call, tmp_path):
    (tmp_path / "t.csv").write_text("unit,load\n" + "".join(f"{k},{t}\n" for k in (1, 2) for t in range(k * 10)))
    options = ("t.csv", "--role", "unit=id", "--standardize", "--sequence", "2", "--out", "t.npz")
    assert call("trace", *options, "--hold", "x.load=7@15:16").code == 0
    found = load(tmp_path / "t.npz")
    assert len(found["x"]) == 20
    assert found["x"][15] == found["x"][7]


def test_where_nothing_is_held_nothing_is_said_of_it(call, tmp_path):
    ran = call("trace", "--out", "t.npz")
    assert "held" not in ran.err
    assert "held" not in load(tmp_path / "t.npz")


@pytest.mark.parametrize(
    ("hold", "message"),
    [
        ("f[3]=1@10:2x", "'f[3]=1@10:2x', column 8: write the steps as 10:20, that is 10 to 19; either side may be"),
        ("f[32]=1", "'f[32]=1', column 3: there is no unit 32, but 0 to 31"),
        ("k[3]=1", "'k[3]=1', column 1: LSTM has no quantity 'k', but a_i"),
        ("l1.f[3]=1", "'l1.f[3]=1', column 1: there is no l1 in this network, but l0"),
        ("x.humidity=1", "'x.humidity=1', column 3: there is no feature 'humidity', but load, temperature"),
        ("f[3]=1@5:", "'f[3]=1@5:', column 8: there is no step 5, but 0 to 4"),
    ],
)
def test_what_cannot_be_held(refused, tmp_path, hold, message):
    (tmp_path / "t.csv").write_text(CSV)
    said = refused(2, "trace", "t.csv", "--hold", "f[0]=1", "--hold", hold, "--out", "t.npz")
    assert said.startswith(f"argument --hold: {message}")
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


def test_words_are_edited_by_their_codes(call, tmp_path):
    np.save(tmp_path / "t.npy", np.array([0, 1, 2, 1, 0, 2]))
    options = ("trace", "t.npy", "--out", "t.npz")
    assert call(*options, "--hold", "x.token=2@1:2").code == 0
    seen = load(tmp_path / "t.npz")["x"]
    assert np.array_equal(seen[1], seen[2])
    assert not np.array_equal(seen[1], seen[3])
    for value in ("3", "0.5", "-1"):
        ran = call(*options, "--hold", f"x.token={value}")
        *_, said = ran.err.splitlines()
        assert ran.code == 2
        message = f"column 9: {value} is no code of 'token': those are 0 to 2"
        assert said == f"gate-explorer: argument --hold: 'x.token={value}', {message}"


@pytest.mark.parametrize("scale", [[], ["--standardize"]])
def test_a_mean_is_of_what_would_be_if_nothing_were_held_and_stands_in_the_file_as_a_number(call, tmp_path, scale):
    (tmp_path / "t.csv").write_text("unit,load\n" + "".join(f"{k},{t * t}\n" for k in (1, 2) for t in range(k * 10)))
    options = ("t.csv", "--role", "unit=id", *scale, "--sequence", "2", "--hidden", 5, "--dtype", "float64", "--out")
    assert call("trace", *options, "free.npz").code == 0
    means = ("--hold", "c[*]=0@3:", "--hold", "f[3]=mean@10:15", "--hold", "i[*]=mean@4:", "--hold", "x.load=mean@2:3")
    ran = call("trace", *options, "held.npz", *means)
    assert ran.code == 0
    free, held = load(tmp_path / "free.npz"), load(tmp_path / "held.npz")
    np.testing.assert_allclose(held["l0.f"][10:15, 3], free["l0.f"][:, 3].mean(), rtol=1e-12)
    np.testing.assert_allclose(held["l0.i"][4:], np.tile(free["l0.i"].mean(axis=0), (16, 1)), rtol=1e-12)
    np.testing.assert_allclose(held["x"][2, 0], free["x"].mean(), rtol=1e-12, atol=1e-12)
    texts = held["held"].tolist()
    assert len(texts) == 8
    assert "x.load=123.5@2:3" in texts
    assert not any("mean" in text for text in texts)
    again = [word for text in texts for word in ("--hold", text)]
    assert call("trace", *options, "again.npz", *again).code == 0
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "held.npz").read_bytes()


@pytest.mark.parametrize(
    ("hold", "said"),
    [
        ("f[99]=mean", "argument --hold: 'f[99]=mean', column 3: there is no unit 99, but 0 to 31"),
        ("f[3]=average", "argument --hold: 'f[3]=average', column 6: 'average' is no number, and not mean"),
    ],
)
def test_a_mean_of_what_is_not_there_is_refused_before_anything_is_computed(call, hold, said):
    ran = call("trace", "--hold", hold, "--out", "t.npz")
    assert ran.code == 2
    assert said in ran.err
    assert "computing" not in ran.err


def test_a_mean_that_is_no_number_is_refused_where_it_is_asked_for(call, tmp_path):
    (tmp_path / "t.csv").write_text("load,flow\n1,2\n3,inf\n5,6\n")
    ran = call("trace", "t.csv", "--hold", "x.flow=mean@0:1", "--out", "t.npz")
    assert ran.code == 2
    assert "'x.flow=mean@0:1', column 8: of the mean: x can be held at a finite number only" in ran.err
