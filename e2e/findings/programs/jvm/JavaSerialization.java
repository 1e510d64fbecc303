import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** A deep copy by Java serialisation. */
final class JavaSerialization {
  private record Line(String name, int count) implements Serializable {}

  private static final ArrayList<Line> CART = new ArrayList<>();

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 50; i++) CART.add(new Line("article" + i, i));
    Program.run(arguments, JavaSerialization::with, JavaSerialization::without);
  }

  private static Object with() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(CART);
    }
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }

  /** Records do not change: the list is all there is to copy. */
  private static List<Line> without() {
    return new ArrayList<>(CART);
  }
}
