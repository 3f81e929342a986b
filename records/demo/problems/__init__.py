"""Stories that patients live through: one function a problem, one module a part of medicine."""
