"""A picture in, faces with probabilities out: detection, tracking, inference, live frames and video."""
