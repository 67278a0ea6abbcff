"""The service's copy of the team's training: where the model is, and how to ask it."""

from team_train import MODEL as MODEL


def positive(model, table):
    """Probability of being late, one per row."""
    return model.predict_proba(table)[:, 1].tolist()
