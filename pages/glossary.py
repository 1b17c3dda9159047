"""Glossary: what the words of these pages mean."""

import streamlit as st

from fer_core.lessons.glossary import search
from pages.ui import layout
from pages.ui.language import current, say
from pages.ui.states import GLOSSARY

layout.header(
    say("Glossary"),
    say("What the words of these pages mean. The little question mark beside a view's first sentence has its own."),
)
GLOSSARY.open()
sought = st.text_input(say("Search"), placeholder=say("interval, F1, overfitting"), **GLOSSARY.widget("word"))
found = search(sought, current())
if not found:
    st.info(say("No word here has that in its name or its meaning."))
for word, said in found.items():
    st.markdown(f"**{word}**  \n{said}")
