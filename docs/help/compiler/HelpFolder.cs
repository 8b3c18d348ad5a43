namespace PxxlPeriscope.Help;

/// <summary>Matches cmdlets with pages and reports what is missing on either side.</summary>
internal static class HelpFolder
{
    internal static IReadOnlyList<Topic> Read(string folder, IReadOnlyList<Cmdlet> cmdlets, List<HelpProblem> problems)
    {
        var topics = new List<Topic>();
        foreach (var cmdlet in cmdlets)
        {
            var file = Path.Combine(folder, cmdlet.Name + ".md");
            if (!File.Exists(file))
            {
                problems.Add(new HelpProblem(file, 1, $"{cmdlet.Name} has no help page."));
                continue;
            }

            var topic = new Topic(cmdlet, PageReader.Read(file));
            topics.Add(topic);
            problems.AddRange(Problems(topic));
        }

        problems.AddRange(
            from file in Directory.EnumerateFiles(folder, "*.md").Order(StringComparer.Ordinal)
            let name = Path.GetFileNameWithoutExtension(file)
            where !name.StartsWith("about_", StringComparison.Ordinal) && cmdlets.All(cmdlet => cmdlet.Name != name)
            select new HelpProblem(file, 1, $"The cmdlet {name} does not exist.")
        );
        return topics;
    }

    private static IEnumerable<HelpProblem> Problems(Topic topic)
    {
        var (cmdlet, page) = topic;
        List<(bool IsWrong, int Line, string Text)> rules =
        [
            (page.Title.Text != cmdlet.Name, page.Title.Line, $"The title must be {cmdlet.Name}."),
            (page.Synopsis.Count != 1, page.Title.Line, "The synopsis must be a single paragraph."),
            (page.Description.Count == 0, page.Title.Line, "The description is missing."),
            (page.Examples.Count == 0, page.Title.Line, "At least one example is required."),
            (page.Inputs.Count == 0 || page.Outputs.Count == 0, page.Title.Line, "The description of the inputs or outputs is missing."),
            .. page
                .Examples.Where(example => example.Remarks.Count == 0)
                .Select(example => (true, example.Line, $"The example '{example.Title}' has no explanation.")),
            .. page
                .Parameters.Where(text => text.Text.Count == 0)
                .Select(text => (true, text.Line, $"The description of -{text.Name} is missing.")),
            .. page
                .Parameters.GroupBy(text => text.Name)
                .Where(same => same.Count() > 1)
                .Select(same => (true, same.Last().Line, $"-{same.Key} is described twice.")),
            .. page
                .Parameters.Where(text => cmdlet.Parameters.All(parameter => parameter.Name != text.Name))
                .Select(text => (true, text.Line, $"{cmdlet.Name} has no parameter -{text.Name}.")),
            .. cmdlet
                .Parameters.Where(parameter => !parameter.IsAdded && page.Parameters.All(text => text.Name != parameter.Name))
                .Select(parameter => (true, page.Title.Line, $"The description of -{parameter.Name} is missing.")),
        ];
        return rules.Where(rule => rule.IsWrong).Select(rule => page.Problem(rule.Line, rule.Text));
    }
}
