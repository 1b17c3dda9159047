"""Nadam with the momentum schedule of Keras 2, which the report's network was trained with.

Dozat 2016, "Incorporating Nesterov Momentum into Adam", warms the momentum up by mu_t = beta_1 (1 - 0.5 * 0.96^(t d)).
Keras 2 took d = 0.004 from the paper, so that the momentum needs some ten thousand steps; Keras 3 takes d = 1: some
hundred.
"""

from functools import cache
from typing import Any

from fer_core.runtime import import_keras

DECAY = 0.96
SLOWNESS = 0.004


@cache
def slow_nadam() -> type:
    """The optimizer class, registered with Keras, so that a state saved with it can be loaded in another process."""
    keras = import_keras()
    ops = keras.ops
    base: Any = keras.optimizers.Nadam

    @keras.saving.register_keras_serializable(package="fer_core")
    class SlowNadam(base):
        def _momentum(self, step: Any, dtype: Any) -> Any:
            """mu at a step counted from 1."""
            exponent = SLOWNESS * ops.cast(step, dtype)
            return self.beta_1 * (1.0 - 0.5 * ops.power(ops.cast(DECAY, dtype), exponent))

        def _backend_update_step(self, grads: Any, trainable_variables: Any, learning_rate: Any) -> None:
            now = self._momentum(self.iterations + 1, self._u_product.dtype)
            self.assign(self._u_product, self._u_product * now)
            # Past Keras' own Nadam, which would multiply its fast schedule into the product.
            super(base, self)._backend_update_step(grads, trainable_variables, learning_rate)

        def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
            dtype = variable.dtype
            rate, g = ops.cast(learning_rate, dtype), ops.cast(gradient, dtype)
            now, following = self._momentum(self.iterations + 1, dtype), self._momentum(self.iterations + 2, dtype)
            product = ops.cast(self._u_product, dtype)
            index = self._get_variable_index(variable)
            m, v = self._momentums[index], self._velocities[index]
            self.assign(m, self.beta_1 * m + (1 - self.beta_1) * g)
            self.assign(v, self.beta_2 * v + (1 - self.beta_2) * ops.square(g))
            ahead = following * m / (1 - product * following) + (1 - now) * g / (1 - product)
            spread = v / (1 - ops.power(ops.cast(self.beta_2, dtype), ops.cast(self.iterations + 1, dtype)))
            self.assign_sub(variable, rate * ahead / (ops.sqrt(spread) + self.epsilon))

    return SlowNadam
