/** The arguments of every connection. */
export const PAGE = 'after: String, before: String, first: Int, last: Int';

/** The arguments of an owner's repositories. */
export const OWNED = `privacy: RepositoryPrivacy, visibility: RepositoryVisibility, orderBy: RepositoryOrder,
    affiliations: [RepositoryAffiliation], ownerAffiliations: [RepositoryAffiliation] = [OWNER, COLLABORATOR],
    isLocked: Boolean, hasIssuesEnabled: Boolean, ${PAGE}, isArchived: Boolean, isFork: Boolean`;
