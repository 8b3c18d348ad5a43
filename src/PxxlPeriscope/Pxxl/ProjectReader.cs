using System.Text.Json;

namespace PxxlPeriscope;

/// <summary>Reads a project in every spelling that the facts know or expect. (Fact sheet, section (d).)</summary>
internal sealed class ProjectReader
{
    private enum Field
    {
        Id, Name, Status, ProjectType, Framework, Language, Repository, Branch, Url, CreatedAt,
    }

    private static readonly FieldNames Fields = new(
        ["id", "_id", "projectId", "project_id", "uid"],
        ["name", "projectName", "project_name"],
        ["status", "state"],
        ["projectType", "project_type", "type"],
        ["framework"],
        ["language"],
        ["githubUrl", "github_url", "repositoryUrl", "repository_url"],
        ["githubBranch", "github_branch", "branch"],
        ["url", "domain", "domainName", "domain_name", "projectUrl", "project_url"],
        ["createdAt", "created_at"]);

    private readonly FieldNames.RowReader _row = new(Fields);

    /// <summary>Null for a row without an id, which nothing can be done with.</summary>
    internal Project? Read(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        _row.Read(row);
        return Of(Field.Id).Text() is not { } id ? null : new Project
        {
            Id = id,
            Name = Of(Field.Name).Text(),
            Status = Of(Field.Status).Text(),
            ProjectType = Of(Field.ProjectType).Text(),
            Framework = Of(Field.Framework).Text(),
            Language = Of(Field.Language).Text(),
            RepositoryUrl = Address.Site(Of(Field.Repository).Text()),
            Branch = Of(Field.Branch).Text(),
            Url = Address.Site(Of(Field.Url).Text()),
            CreatedAt = Of(Field.CreatedAt).Moment(),
        };

        JsonElement Of(Field field) => _row[(int)field];
    }
}
