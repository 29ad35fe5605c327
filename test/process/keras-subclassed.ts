/** A subclassed model with variables in many places, as keras_opens.py has it too. */
import * as tf from "../../src/index.ts";

const { layers } = tf.keras;

class Block extends layers.Layer {
  readonly inner: tf.keras.layers.Dense;
  readonly norm = new layers.LayerNormalization();
  constructor(units: number) {
    super();
    this.inner = new layers.Dense(units, { activation: "tanh" });
  }
  override call(inputs: tf.Tensor): tf.Tensor {
    return this.norm.apply(this.inner.apply<tf.Tensor>(inputs));
  }
}

/** The same properties as the class of this name in keras_opens.py. */
class Subclassed extends tf.keras.Model {
  readonly scale: tf.Variable = this.addWeight({ shape: [2], name: "scale" });
  readonly firstBlock = new Block(6);
  readonly branches = [new layers.Dense(4), new layers.Dense(4, { useBias: false }), [new Block(4)]] as const;
  readonly byName = { b: new layers.Dense(3), a: new layers.Dense(3) };
  readonly table = new layers.Embedding(5, 3);
  readonly head = new layers.Dense(2);
  readonly seen = new tf.keras.metrics.Mean({ name: "seen" });
  override call(inputs: tf.Tensor): tf.Tensor {
    const hidden = this.firstBlock.apply<tf.Tensor>(inputs);
    const [first, second, [third]] = this.branches;
    const branches = [first.apply<tf.Tensor>(hidden), second.apply<tf.Tensor>(hidden), third.apply<tf.Tensor>(hidden)];
    const joined = tf.addN(branches);
    const rows = this.table.apply<tf.Tensor>(tf.zeros([1], { dtype: "int32" }));
    const { b, a } = this.byName;
    return this.head
      .apply<tf.Tensor>(tf.addN([b.apply(joined), a.apply(joined)]).add(rows))
      .multiply(this.scale.read());
  }
}

/** A new one, not built yet. */
export function subclassed(): tf.keras.Model {
  return new Subclassed();
}
