import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Repository } from "../../src/resources/kinds.ts";
import { setStar } from "../account-api.ts";
import { starsQuery } from "../account-queries.ts";
import { repositoryQuery } from "../queries.ts";

/**
 * Gives a star or takes it back: shown at once, and taken back when the hub refuses. The number of stars is not read
 * anew then, since the hub counts them a moment later.
 */
export function useStar(repository: string) {
  const queryClient = useQueryClient();
  const stars = starsQuery().queryKey;
  const shown = repositoryQuery(repository).queryKey;
  return useMutation({
    mutationFn: (isStarred: boolean) => setStar(repository, isStarred),
    // One after the other, so that the last click is the last that the hub hears of.
    scope: { id: `star ${repository}` },
    async onMutate(isStarred) {
      await queryClient.cancelQueries({ queryKey: stars });
      await queryClient.cancelQueries({ queryKey: shown });
      const before = {
        stars: queryClient.getQueryData(stars),
        repository: queryClient.getQueryData(shown),
      };
      const others = (before.stars ?? []).filter((name) => name !== repository);
      queryClient.setQueryData(stars, isStarred ? [...others, repository] : others);
      if (before.repository)
        queryClient.setQueryData(shown, withStars(before.repository, isStarred ? 1 : -1));
      return before;
    },
    onError(_error, _isStarred, before) {
      queryClient.setQueryData(stars, before?.stars);
      queryClient.setQueryData(shown, before?.repository);
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: stars }),
  });
}

function withStars(repository: Repository, more: number): Repository {
  const stars = Math.max(0, (repository.status?.stars ?? 0) + more);
  return { ...repository, status: { ...repository.status, stars } };
}
