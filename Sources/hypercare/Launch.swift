func launch() {
    print("hypercare")
}
