using System.Text.Json;
using PxxlPeriscope.Json;

namespace PxxlPeriscope.Pxxl.Projects;

/// <summary>
/// Reads a project under every known or expected field name. (docs/facts/pxxl-api.md, "Projects, variables and domains".)
/// </summary>
internal sealed class ProjectReader
{
    private enum Field
    {
        Id,
        Name,
        Status,
        ProjectType,
        Framework,
        Language,
        Repository,
        Branch,
        Url,
        CreatedAt,
    }

    private static readonly FieldAliases Fields = new(
        ["id", "_id", "projectId", "project_id", "uid"],
        ["name", "projectName", "project_name"],
        ["status", "state"],
        ["projectType", "project_type", "type"],
        ["framework"],
        ["language"],
        ["githubUrl", "github_url", "repositoryUrl", "repository_url"],
        ["githubBranch", "github_branch", "branch"],
        ["url", "domain", "domainName", "domain_name", "projectUrl", "project_url"],
        ["createdAt", "created_at"]
    );

    private readonly FieldAliases.RowReader _row = new(Fields);

    /// <summary>Returns null for a row without an id, which cannot be used.</summary>
    internal Project? Read(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        _row.Read(row);
        return Of(Field.Id).AsText() is not { } id
            ? null
            : new Project
            {
                Id = id,
                Name = Of(Field.Name).AsText(),
                Status = Of(Field.Status).AsText(),
                ProjectType = Of(Field.ProjectType).AsText(),
                Framework = Of(Field.Framework).AsText(),
                Language = Of(Field.Language).AsText(),
                RepositoryUrl = PxxlUrls.ParseSiteUrl(Of(Field.Repository).AsText()),
                Branch = Of(Field.Branch).AsText(),
                Url = PxxlUrls.ParseSiteUrl(Of(Field.Url).AsText()),
                CreatedAt = Of(Field.CreatedAt).AsTimestamp(),
            };

        JsonElement Of(Field field) => _row[(int)field];
    }
}
