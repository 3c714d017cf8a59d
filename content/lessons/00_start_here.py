# ---
# jupyter:
#   workshop:
#     minutes: 15
#     kind: start
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # Start here
#
# Responsible AI in law enforcement: a course you do with your hands. 15 minutes · no programming needed

# %% [markdown] tags=["notes"]
# Let everybody open this page before you speak. While they run the check at the end, walk the room. A laptop that shows
# a red line there is mended now, not in lesson 1.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What this is
#
# In May 2020 UNICRI and INTERPOL launched the report *Towards Responsible AI Innovation*: police use of AI in four
# domains, examples from four countries, and a recommendation to prepare a toolkit for AI that is lawful and
# trustworthy. This course lets you **try** what such a toolkit must ask: you move a slider, and see how
# many people are flagged for nothing.
#
# It works with no network. Nothing you do here leaves this computer. It is an independent course, not a
# publication of UNICRI or INTERPOL.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Use a notebook in five steps
#
# 1. **Click** on a grey cell.
# 2. Press **Shift + Enter**. The cell runs. Its result appears below it.
# 3. Go on like this, from the top to the bottom. Leave no cell out.
# 4. **Move** the sliders with the mouse, or with Tab and the arrow keys.
# 5. Something strange? Menu **Kernel**, then **Restart Kernel and Run All Cells**. Your answers are
#    kept, in the folder `my_work` on this computer only.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Try it now
#
# Imagine a camera that watches a crowd. It finds 99 of 100 wanted people. It is wrong about 1 of 100 others. That
# sounds good. Run the cell, then make the wanted people **rarer**. What happens to the alarms?

# %% slideshow={"slide_type": "subslide"}
from workshop import environment, probes

probes.base_rate(target="wanted")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Check this computer
#
# Run the cell. Each line must say **OK**. If one doesn't, it says how to mend it.

# %% slideshow={"slide_type": "skip"}
environment.check()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The lessons
#
# <!-- map of lessons -->
