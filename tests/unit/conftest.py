import pytest

pytest.register_assert_rewrite("data_folders", "exercise_contract", "pictures")
