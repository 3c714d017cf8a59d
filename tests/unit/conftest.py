import pytest

pytest.register_assert_rewrite("exercise_contract", "pictures")
