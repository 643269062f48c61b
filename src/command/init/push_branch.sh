touch site/.nojekyll # files are served as they are
git -C site add --all -- . ':!.patchfeed/lock'
if git -C site diff --cached --quiet; then
  echo "nothing has changed"
else
  git -C site commit --quiet --message "Feeds of $(git rev-parse --short HEAD)"
  git -C site push --quiet origin "HEAD:refs/heads/$BRANCH"
fi
