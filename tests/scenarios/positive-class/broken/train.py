"""What the service has of the team's training: where the model is, and how it is asked."""

from team_train import MODEL as MODEL


def positive(model, table):
    """Probability of being late, a row each."""
    return model.predict_proba(table)[:, 1].tolist()
