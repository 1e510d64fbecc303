import org.yaml.snakeyaml.Yaml;

/** A file of settings in YAML parsed at each use. */
final class YamlParse {
  private static final String SETTINGS = "shop:\n  name: example\n  currency: EUR\n  limits: [1, 2, 3]\n";
  private static final Object KEPT = read();

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, YamlParse::read, KEPT::hashCode);
  }

  private static Object read() {
    return new Yaml().load(SETTINGS);
  }
}
