# ---
# jupyter:
#   workshop:
#     minutes: 20
# ---

# %% [markdown]
# # Exercise 6: Who is not looked for?
