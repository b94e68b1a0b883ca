"""A machine-learning backend for Label Studio: it pre-annotates a project's tasks, and trains on what was annotated.

The protocol is Label Studio's (https://labelstud.io/guide/ml_create), spoken by Starlette; nothing of Label Studio is
needed where the backend runs. Texts stay on the machine: annotated tasks are files for their owner alone, and no log
has a text.
"""
