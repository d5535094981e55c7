namespace Preble.Simulation.Report;

/// <summary>The page's style sheet and its few lines of script. Light or dark as the reader's system is.</summary>
internal static class PageStyle
{
    private static readonly string[] Light = ["#0068b5", "#c8480a", "#007a5a", "#b0478a", "#9a6700", "#2f9ecb", "#6a3fb5", "#5d6670", "#d0264b"];
    private static readonly string[] Dark = ["#5aa9f0", "#ff8a50", "#35c79a", "#e88bc4", "#e6b84a", "#8fd6f5", "#b79bf5", "#a8b2bd", "#ff7a92"];

    /// <summary>Colours that are told apart.</summary>
    public static int Colours => Light.Length;

    public static string Css { get; } = $$"""
        :root{color-scheme:light dark;--page:#fff;--card:#fafbfc;--text:#1c2128;--soft:#57606a;--line:#d8dee4;--heat:#0068b5;
          {{Variables(Light)}} }
        @media(prefers-color-scheme:dark){:root{--page:#0f1318;--card:#161b22;--text:#e6edf3;--soft:#9aa5b1;--line:#2d343d;--heat:#5aa9f0;
          {{Variables(Dark)}} } }
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:1440px;padding:24px;background:var(--page);color:var(--text);font:14px/1.5 system-ui,sans-serif}
        h1{font-size:22px;margin:0 0 4px} h2{font-size:18px;margin:36px 0 4px} h3{font-size:14px;margin:20px 0 6px}
        p,code{color:var(--soft)} code{font:12px ui-monospace,monospace;overflow-wrap:anywhere} p{margin:4px 0}
        .grid{fill:none;stroke:var(--line);stroke-width:.6} .axis{fill:none;stroke:var(--soft);stroke-width:1}
        .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(380px,100%),1fr));gap:14px}
        .four{grid-template-columns:repeat(auto-fill,minmax(min(310px,100%),1fr))}
        figure{margin:0;padding:10px 12px 4px;background:var(--card);border:1px solid var(--line);border-radius:8px;min-width:0}
        figcaption{font-weight:600;font-size:13px;margin-bottom:4px} figure svg{width:100%;height:auto;display:block}
        svg text{fill:var(--soft);font:12px system-ui,sans-serif} svg text.value{fill:var(--text)}
        .line{fill:none;stroke-width:1.8;stroke-linejoin:round} 
        .mark{stroke:var(--card);stroke-width:.7} .spot{fill:transparent} .heat{fill:var(--heat)}
        .legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:10px 0} 
        .legend span{display:inline-flex;align-items:center;gap:6px} .key{width:26px;height:15px}
        .wide{overflow-x:auto} table{border-collapse:collapse;font-size:12.5px;font-variant-numeric:tabular-nums;margin:8px 0}
        th,td{padding:3px 9px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap} th:first-child,td:first-child{text-align:left}
        th{font-weight:600;color:var(--soft);vertical-align:bottom;white-space:normal;max-width:84px}
        tr.first td{border-top:2px solid var(--line)} td.best{font-weight:700}
        summary{cursor:pointer;margin:10px 0 6px;font-weight:600}
        #tip{position:fixed;pointer-events:none;padding:3px 8px;border-radius:5px;background:var(--text);color:var(--page);font-size:12px;display:none}
        {{Rules()}}
        """;

    public static string Script { get; } = """
        const tip=document.getElementById('tip');
        document.addEventListener('pointermove',event=>{
          const text=event.target.dataset?event.target.dataset.tip:null;
          tip.style.display=text?'block':'none';
          if(!text)return;
          tip.textContent=text;
          tip.style.left=Math.min(event.clientX+12,innerWidth-tip.offsetWidth-8)+'px';
          tip.style.top=(event.clientY+14)+'px';
        });
        """;

    private static string Variables(string[] colours) => string.Concat(colours.Select((colour, at) => $"--s{at}:{colour};"));

    private static string Rules() => string.Join('\n', Light.Select((_, at) =>
        $".c{at}{{stroke:var(--s{at});stroke-dasharray:{(at % 3) switch { 0 => "none", 1 => "7 3", _ => "2.5 2.5" }}}} .f{at}{{fill:var(--s{at})}}"));
}
