namespace Preble.Core.Text.Jinja;

/// <summary><c>if</c>, <c>elif</c> and <c>else</c>. Its branches share the scope around it.</summary>
internal sealed class IfStatement((Expression Condition, Statement Body)[] branches, Statement? otherwise, int line) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        foreach (var (condition, body) in branches)
        {
            context.Line = body.Line;
            if (Truth.Of(condition.Evaluate(context)))
            {
                return body.Execute(context);
            }
        }

        return otherwise?.Execute(context) ?? Flow.Next;
    }
}
