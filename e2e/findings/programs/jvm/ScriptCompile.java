import org.mozilla.javascript.Context;
import org.mozilla.javascript.Script;
import org.mozilla.javascript.Scriptable;

/** The text of a rule compiled at each use. */
final class ScriptCompile {
  private static final String RULE = "var total = 0; for (var i = 0; i < 5; i++) total += i * 3; total > 20";
  private static final Script KEPT = compiled();

  public static void main(String[] arguments) throws Exception {
    try (Context context = Context.enter()) {
      Scriptable scope = context.initStandardObjects();
      Program.run(arguments, () -> compiled().exec(context, scope, scope), () -> KEPT.exec(context, scope, scope));
    }
  }

  private static Script compiled() {
    try (Context context = Context.enter()) {
      return context.compileString(RULE, "rule", 1, null);
    }
  }
}
