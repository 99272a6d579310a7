"""``presets`` lists what there is, in the stored order."""

from explorer.presets import load_presets


def test_the_list(program):
    ran = program("presets")
    assert (ran.code, ran.err) == (0, "")
    rows = ran.out.splitlines()
    assert [row.split()[0] for row in rows] == [preset.name for preset in load_presets()]
    for row, preset in zip(rows, load_presets(), strict=True):
        assert preset.title in row
        assert row.endswith(f"  {preset.summary}")
    assert len({row.index(preset.title) for row, preset in zip(rows, load_presets(), strict=True)}) == 1
    assert len({row.index(preset.summary) for row, preset in zip(rows, load_presets(), strict=True)}) == 1
