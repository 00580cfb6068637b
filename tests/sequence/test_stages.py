"""The plan of a search: which levels are searched together, and when."""

from __future__ import annotations

import pytest

from sinho.sequence.stages import DEARER, SETTLING, plan_stages

UNIT = (1.0, 1.0, 1.0, 1.0)
PAINT_SECOND = (False, False, True, False)


def test_batches_above_a_far_reaching_level_are_searched_together_with_it() -> None:
    """All other stages are as without, but that of the level above alone, which is shorter."""
    plain = plan_stages(UNIT, PAINT_SECOND, warm=False)
    further = plan_stages(UNIT, PAINT_SECOND, warm=False, far=(False, False, False, True))
    assert len(further) == len(plain) + len(DEARER)
    others = [stage for stage in plain if stage not in further]
    assert [(stage.level, stage.above) for stage in others] == [(2, 0.0)]


@pytest.mark.parametrize(
    ("batches", "far"),
    [
        (PAINT_SECOND, ()),
        (PAINT_SECOND, (False, False, True, False)),
        ((False, True, False, False), (False, False, False, True)),
        ((False, False, False, True), (False, False, True, False)),
    ],
)
def test_only_batches_above_a_far_reaching_level_get_further_stages(
    batches: tuple[bool, ...], far: tuple[bool, ...]
) -> None:
    """Elsewhere the plan is as without."""
    assert plan_stages(UNIT, batches, warm=False, far=far) == plan_stages(UNIT, batches, warm=False)


def test_further_stages_never_trade_the_level_above_cheaply_at_the_end() -> None:
    """The price rises, and the allowance falls to a fraction of it."""
    further = plan_stages(UNIT, PAINT_SECOND, warm=False, far=(False, False, False, True))
    dear = [stage for stage in further if stage.above >= 100]
    assert [stage.above for stage in dear] == sorted(stage.above for stage in dear)
    assert dear[-1].cold / dear[-1].above < 0.05


def test_batches_behind_all_other_levels_begin_no_hotter_than_they_settle() -> None:
    """Any other last level, and batches in front, begin as hot as ever."""
    behind = plan_stages(UNIT, (False, False, False, True), warm=False)
    plain = plan_stages(UNIT, (False, False, False, False), warm=False)
    own = [stage for stage in behind if stage.level == 3 and stage.hot and not stage.above]
    assert [(stage.hot, stage.cold) for stage in own] == [SETTLING]
    assert [stage.hot for stage in plain if stage.level == 3 and not stage.above][1] > SETTLING[0]
