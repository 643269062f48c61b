# The published site says which feeds there are: those that have fallen silent stay, and a build that would lose archives stops.
git config user.name patchfeed
git config user.email patchfeed@localhost
git worktree prune
found=0
git ls-remote --exit-code origin "refs/heads/$BRANCH" >/dev/null || found=$?
case $found in
  0)
    git fetch --quiet origin "refs/heads/$BRANCH"
    tip=$(git rev-parse FETCH_HEAD)
    ;;
  2) tip=$(git commit-tree -m "The site begins" "$(git mktree </dev/null)") ;;
  *) exit "$found" ;;
esac
git worktree add --quiet --detach site "$tip"
